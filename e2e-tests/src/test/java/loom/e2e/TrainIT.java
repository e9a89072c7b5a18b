package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.ModelReader;
import loom.inspect.ModelDigest;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.FloatText;
import loom.observe.Observation;
import loom.observe.Telemetry;
import loom.train.CheckpointJson;
import loom.train.Dataset;
import loom.train.Diverged;
import loom.train.Fit;
import loom.train.Trainer;
import loom.train.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training in the page gives the bits of training on the JVM, and one goes on where the other stopped. */
class TrainIT extends BrowserTest {
    /** Dropout and running statistics, so that all that a checkpoint must hold is there. */
    private static final String MODEL = """
            {"format": "loom", "version": 1, "name": "small", "seed": 7, "input": {"shape": [20]},
             "grid": {"rows": 1, "columns": 1},
             "cells": [{"row": 0, "column": 0, "layers": [
               {"type": "dense", "units": 12, "activation": "tanh"},
               {"type": "batch_norm"},
               {"type": "dropout", "rate": 0.25},
               {"type": "dense", "units": 3},
               {"type": "softmax"}]}]}""";

    /** 80 samples to learn from, 10 runs and 5 steps an epoch: 30 steps. */
    private static final String TRAINING = """
            {"loss": {"type": "cross_entropy", "labels": true, "smoothing": 0.1},
             "optimizer": {"type": "adamw", "decay": 0.05},
             "schedule": {"type": "cosine", "from": 0.01, "steps": 40},
             "epochs": 6, "batch": 8, "accumulate": 2, "clip_norm": 1, "average": 0.9, "validation": 0.2}""";

    private static final int SAMPLES = 100;
    private static final int STEPS = 30;
    private static final float[] INPUTS = Models.input(20 * SAMPLES);
    private static final float[] LABELS = labels();

    /** Scripts may use train(options), which begins a training of given.model on given.machine, and text(blob). */
    private static final String TOOLS = """
            const text = (blob) => blob.text();
            const data = {inputs: floats(given.inputs), labels: floats(given.labels)};
            const load = () => Loom.load(new Blob([given.model]), {backend: given.machine});
            const train = async (options) => {
                const run = await (await load()).train({data, ...options});
                if (run.backend !== given.machine) {
                    throw new Error(`trains on ${run.backend}: ${run.why}`);
                }
                return run;
            };
            """;

    private static float[] labels() {
        float[] labels = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = INPUTS[20 * i] < 0 ? 0 : INPUTS[20 * i + 1] < 0 ? 1 : 2;
        }
        return labels;
    }

    private static Dataset data() {
        return Dataset.labelled(model().network(), training(), INPUTS, LABELS, Optional.empty());
    }

    private static Model model() {
        return ModelReader.read(Models.FILE, MODEL);
    }

    private static Training training() {
        return DeclaredJson.read(Training.TYPE, Cursor.parse("training", TRAINING));
    }

    private static Fit begun(int steps) {
        Fit fit = Fit.start(model(), training(), data(), new ReferenceMachine()).get();
        while (fit.trainer().steps() < steps) {
            fit.next().get();
        }
        return fit;
    }

    private Object run(String machine, String script, Map<String, Object> more) {
        Map<String, Object> given = new HashMap<>(more);
        given.put("model", MODEL);
        given.putIfAbsent("training", TRAINING);
        given.put("machine", machine);
        given.put("inputs", Bits.base64(INPUTS));
        given.put("labels", Bits.base64(LABELS));
        return evaluate(TOOLS + script, given);
    }

    private static String digest(Fit fit) {
        return ModelDigest.of(fit.model().get());
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void endsWithTheBitsOfTheJvm(String machine) {
        openApi();
        Map<?, ?> found = (Map<?, ?>) run(machine, """
                const progress = [];
                const run = await train({
                    training: JSON.parse(given.training), progressEvery: 4, onProgress: (p) => progress.push(p),
                });
                const finished = await run.finished;
                const trained = await run.model();
                const saved = await (await trained.save()).text();
                const answer = hex(await trained.run(data.inputs));
                const result = {progress, finished, state: run.state, digest: await run.digest(), backend: trained.backend,
                    checkpoint: await text(await run.checkpoint()), saved, answer, evaluation: await run.evaluate(data)};
                await trained.close();
                await run.close();
                return result;
                """, Map.of());

        Fit fit = begun(STEPS);
        assertThat(fit.done()).isTrue();
        assertThat(found.get("backend")).isEqualTo(machine);
        assertThat(found.get("finished")).isEqualTo(Map.of("done", true, "epoch", 6, "step", STEPS));
        assertThat(found.get("state")).isEqualTo("done");
        assertThat(found.get("checkpoint"))
                .isEqualTo(CheckpointJson.write(fit.checkpoint().get()));
        assertThat(found.get("digest")).isEqualTo(digest(fit));
        Model saved = ModelReader.read("saved.json", (String) found.get("saved"));
        assertThat(ModelDigest.of(saved)).isEqualTo(digest(fit));
        try (OnJvm jvm = new OnJvm(saved)) {
            assertThat(found.get("answer")).isEqualTo(Bits.hex(jvm.run(INPUTS)));
        }
        Map<?, ?> evaluation = (Map<?, ?>) found.get("evaluation");
        assertThat(evaluation.get("rows")).isEqualTo(SAMPLES);
        assertThat(((Number) evaluation.get("accuracy")).doubleValue()).isBetween(0.4, 1.0);

        List<?> progress = (List<?>) found.get("progress");
        assertThat(progress)
                .extracting(p -> ((Map<?, ?>) p).get("step"))
                .isEqualTo(List.of(4, 5, 8, 10, 12, 15, 16, 20, 24, 25, 28, 30));
        Map<?, ?> last = (Map<?, ?>) progress.get(progress.size() - 1);
        assertThat(((Number) last.get("accuracy")).doubleValue()).isBetween(0.2, 1.0);
        assertThat(((Map<?, ?>) last.get("epochEnd")).get("validationAccuracy")).isInstanceOf(Number.class);
    }

    /** Also where the rate, the size of a batch and the number of rows that count change from one run to the next, and where they do not. */
    @Test
    void everyStepIsTold() {
        openApi();
        String options = """
                {"loss": {"type": "cross_entropy", "labels": true}, "weighted": true, "epochs": 3, "batch": 8,
                 "schedule": {"type": "steps", "from": 0.3, "factor": 0.5, "every": 5}}""";
        float[] weights = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            weights[i] = i % 9 < 7 ? 1 : 0;
        }
        List<?> found = (List<?>) run("wasm", """
                const told = [];
                const run = await train({
                    data: {...data, weights: floats(given.weights)}, training: JSON.parse(given.training), onProgress: (p) => told.push(p),
                });
                await run.finished;
                await run.close();
                return told.map((p) => [p.epoch, p.step, p.loss, p.rate, p.accuracy, p.epochEnd?.loss ?? -1]);
                """, Map.of("training", options, "weights", Bits.base64(weights)));

        Training training = DeclaredJson.read(Training.TYPE, Cursor.parse("training", options));
        Dataset data = Dataset.labelled(model().network(), training, INPUTS, LABELS, Optional.of(weights));
        Fit fit = Fit.start(model(), training, data, new ReferenceMachine()).get();
        for (Object told : found) {
            Fit.Report r = fit.next().get();
            Trainer.Right right = r.right().orElseThrow();
            assertThat((List<?>) told)
                    .extracting(number -> ((Number) number).doubleValue())
                    .containsExactly(
                            (double) r.epoch(),
                            r.step() + 1.0,
                            decimal(r.loss()),
                            decimal(r.rate()),
                            (double) right.right() / right.rows(),
                            r.end().map(end -> decimal(end.loss())).orElse(-1.0));
        }
        assertThat(fit.done()).isTrue();
    }

    /** What a page reads of a number. */
    private static double decimal(float value) {
        return Double.parseDouble(FloatText.print(value));
    }

    @Test
    void stoppedOnTheGpuGoesOnHere() {
        openApi();
        List<?> found = (List<?>) run(Machines.WEBGPU, """
                const run = await train({training: JSON.parse(given.training), steps: 13});
                const finished = await run.finished;
                const answer = [finished.done, finished.step, run.state, await text(await run.checkpoint())];
                await run.close();
                return answer;
                """, Map.of());

        assertThat(found.subList(0, 3)).isEqualTo(List.of(false, 13, "stopped"));
        byte[] checkpoint = ((String) found.get(3)).getBytes(StandardCharsets.UTF_8);
        Fit rest = Fit.resume(CheckpointJson.read("c.json", checkpoint), data(), new ReferenceMachine())
                .get();
        while (!rest.done()) {
            rest.next().get();
        }
        assertThat(digest(rest)).isEqualTo(digest(begun(STEPS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wasm", "webgpu"})
    void stoppedHereGoesOnInThePage(String machine) {
        openApi();
        Object digest = run(
                machine,
                """
                const run = await train({checkpoint: given.checkpoint});
                await run.finished;
                const digest = await run.digest();
                await run.close();
                return digest;
                """,
                Map.of("checkpoint", CheckpointJson.write(begun(17).checkpoint().get())));

        assertThat(digest).isEqualTo(digest(begun(STEPS)));
    }

    @Test
    void checkpointsOnTheWayAreThoseOfTheJvm() {
        openApi();
        List<?> found = (List<?>) run("wasm", """
                const steps = [];
                const run = await train({
                    training: JSON.parse(given.training), checkpointEvery: 6, steps: 20, onCheckpoint: (blob, step) => steps.push(step),
                });
                await run.finished;
                const answer = [steps, await text(run.lastCheckpoint)];
                await run.close();
                return answer;
                """, Map.of());

        assertThat(found.get(0)).isEqualTo(List.of(6, 12, 18));
        assertThat(found.get(1))
                .isEqualTo(CheckpointJson.write(begun(18).checkpoint().get()));
    }

    /** Ways of training that the page has no code of its own for: pipelines, and credit other than the gradient. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wasm   | "ticks": 5
            webgpu | "ticks": 5
            wasm   | "credit": {"type": "tween", "gate": 0.2, "depth": 1.2}
            webgpu | "credit": {"type": "tween", "gate": 0.2, "depth": 1.2}
            wasm   | "credit": {"type": "target_propagation", "reach": 0.2}
            webgpu | "credit": {"type": "target_propagation", "reach": 0.2}
            """)
    void pipelinesAndCreditEndWithTheBitsOfTheJvm(String machine, String option) {
        openApi();
        String options = """
                {"loss": "mean_squared_error", "optimizer": {"type": "sgd", "momentum": 0.9},
                 "schedule": {"type": "constant", "rate": 0.05}, "epochs": 3, "batch": 8, %s}""".formatted(option);
        Training training = DeclaredJson.read(Training.TYPE, Cursor.parse("training", options));
        Network network = model().network();
        float[] targets = Models.input(training.target(network).elements(1)
                * (INPUTS.length / training.input(network).elements(1)));
        Object found = run(machine, """
                const run = await train({training: JSON.parse(given.training), data: {inputs: data.inputs, targets: floats(given.targets)}});
                await run.finished;
                const digest = await run.digest();
                await run.close();
                return digest;
                """, Map.of("training", options, "targets", Bits.base64(targets)));

        Dataset data = new Dataset(training.input(network), INPUTS, training.target(network), targets);
        Fit fit = Fit.start(model(), training, data, new ReferenceMachine()).get();
        while (!fit.done()) {
            fit.next().get();
        }
        assertThat(found).isEqualTo(digest(fit)).isNotEqualTo(ModelDigest.of(model()));
    }

    /** Its device is destroyed in the middle: the training goes on from its last checkpoint on another one. */
    @Test
    void aLostGpuChangesNothing() {
        loseGpuOnDemand();
        openApi();
        String longer = TRAINING.replace("\"epochs\": 6", "\"epochs\": 120");
        run(Machines.WEBGPU, """
                globalThis.run = await train({training: JSON.parse(given.longer)});
                while (run.step < 280) {
                    await new Promise((resolve) => setTimeout(resolve, 5));
                }
                """, Map.of("longer", longer));
        page().workers().forEach(worker -> worker.evaluate("globalThis.loseGpu?.()"));
        List<?> found = (List<?>) evaluate("""
                const lostAt = run.step;
                await run.finished;
                const answer = [lostAt, run.backend, await run.digest(), await run.checkpoint().then((blob) => blob.text())];
                await run.close();
                return answer;
                """, null);

        assertThat(((Number) found.get(0)).intValue()).isBetween(280, 599);
        assertThat(found.get(1)).isEqualTo(Machines.WEBGPU);
        Fit fit = Fit.start(
                        model(),
                        DeclaredJson.read(Training.TYPE, Cursor.parse("training", longer)),
                        data(),
                        new ReferenceMachine())
                .get();
        while (!fit.done()) {
            fit.next().get();
        }
        assertThat(found.get(2)).isEqualTo(digest(fit));
        assertThat(found.get(3)).isEqualTo(CheckpointJson.write(fit.checkpoint().get()));
    }

    /** So long that only a pause ends it; meanwhile the model and the page can be used. */
    @Test
    void pausesAndGoesOn() {
        openApi();
        List<?> found =
                (List<?>) evaluate("""
                const model = await Loom.load(new Blob([given.model]), {backend: 'wasm'});
                const inputs = floats(given.inputs);
                const run = await model.train({
                    data: {inputs, labels: Array.from({length: 500}, (_, i) => i % 10)},
                    training: {loss: 'cross_entropy', schedule: {type: 'constant', rate: 0.01}, epochs: 10000},
                });
                const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
                while (run.step === 0) {
                    await wait(10);
                }
                await model.run(inputs.subarray(0, 784));
                const after = run.state;
                await run.pause();
                const step = run.step;
                await wait(200);
                const still = run.step;
                run.resume();
                while (run.step === still) {
                    await wait(10);
                }
                await run.stop();
                const {done} = await run.finished;
                await run.close();
                const closed = await run.checkpoint().catch(({code}) => code);
                await model.close();
                return [after, still - step, done, run.state, closed];
                """, Map.of("model", Digits.MODEL, "inputs", Bits.base64(Digits.of(0, 500))));

        assertThat(found).isEqualTo(List.of("running", 0, false, "stopped", "CLOSED"));
    }

    @Test
    void refusalsNameWhatIsWrong() {
        openApi();
        List<?> found = (List<?>) run(
                "wasm",
                """
                const training = JSON.parse(given.training);
                const refused = (options) => train(options).then(() => ({code: 'none'}), described);
                return [
                    await refused({training, data: {inputs: data.inputs, labels: data.labels.map((l, i) => i === 41 ? 3 : l)}}),
                    await refused({training, data: {inputs: data.inputs.slice(1), labels: data.labels}}),
                    await refused({training, data: {inputs: data.inputs.map((v, i) => i === 5 ? NaN : v), labels: data.labels}}),
                    await refused({training: {...training, optimizer: {type: 'adamw', decay: -1}}}),
                    await refused({checkpoint: given.checkpoint.replace('"units": 12', '"units": 13')}),
                    await refused({checkpoint: given.checkpoint, data: {inputs: data.inputs, labels: data.labels.map(() => 0)}}),
                    await refused({training, data: {inputs: data.inputs}}),
                    await refused({}),
                ];
                """,
                Map.of("checkpoint", CheckpointJson.write(begun(1).checkpoint().get())));

        assertThat(found)
                .extracting(e -> ((Map<?, ?>) e).get("code"))
                .isEqualTo(List.of("INPUT", "INPUT", "INPUT", "CONFIG", "MODEL", "INPUT", "INPUT", "CONFIG"));
        assertThat(message(found, 0)).isEqualTo("data: label 3 of sample 41 is not a whole number from 0 to 2");
        assertThat(message(found, 1)).contains("1999 input values of shape [20]");
        assertThat(message(found, 2)).contains("data: inputs element 5 is NaN");
        assertThat(((Map<?, ?>) found.get(3)).get("path")).isEqualTo("$.optimizer.decay");
        assertThat(message(found, 5)).contains("other data");
        assertThat(message(found, 6)).contains("{inputs, labels}");
    }

    private static String message(List<?> errors, int index) {
        return (String) ((Map<?, ?>) errors.get(index)).get("message");
    }

    /** A rate so large that the weights leave the domain: the error is the JVM's, and so is what is left. */
    @ParameterizedTest
    @ValueSource(strings = {"wasm", "webgpu"})
    void aTrapNamesItsPlaceAndKeepsTheLastGoodState(String machine) {
        openApi();
        String wild = TRAINING.replace("\"from\": 0.01", "\"from\": 1e6").replace("\"clip_norm\": 1, ", "");
        Map<?, ?> found = (Map<?, ?>) run(machine, """
                const run = await train({training: JSON.parse(given.wild)});
                const error = await run.finished.then(() => ({code: 'none'}), described);
                const result = {...error, state: run.state, checkpoint: await text(await run.checkpoint())};
                await run.close();
                return result;
                """, Map.of("wild", wild));

        Fit fit = Fit.start(
                        model(),
                        DeclaredJson.read(Training.TYPE, Cursor.parse("training", wild)),
                        data(),
                        new ReferenceMachine())
                .get();
        Diverged expected = null;
        while (expected == null) {
            try {
                fit.next().get();
            } catch (Diverged e) {
                expected = e;
            }
        }
        assertThat(found.get("code")).isEqualTo("TRAP");
        assertThat(found.get("message")).isEqualTo(expected.getMessage());
        assertThat((String) found.get("message"))
                .contains("step " + expected.step())
                .contains((String) found.get("layer"));
        assertThat(found.get("state")).isEqualTo("failed");
        assertThat(found.get("checkpoint"))
                .isEqualTo(CheckpointJson.write(fit.checkpoint().get()));
    }

    /** A look between two turns: the JVM's numbers, the time aside; and the training goes on to the same bits. */
    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void aLookInside(String machine) {
        String tween = TRAINING.replace("\"loss\"", "\"credit\": {\"type\": \"tween\"}, \"loss\"");
        Training training = DeclaredJson.read(Training.TYPE, Cursor.parse("training", tween));
        Fit fit = Fit.start(model(), training, data(), new ReferenceMachine()).get();
        while (fit.trainer().steps() < 4) {
            fit.next().get();
        }
        Observation seen = Telemetry.open(new ReferenceMachine(), model().network(), training, () -> 0)
                .get()
                .look(fit.model().get(), data().part(0, 8))
                .get();
        Trainer.LinkReport links = fit.trainer().links().get();
        openApi();
        Map<?, ?> found = (Map<?, ?>) run(machine, """
                const run = await train({training: JSON.parse(given.tween), steps: 4});
                await run.finished;
                const some = {inputs: data.inputs.slice(0, 160), labels: data.labels.slice(0, 8)};
                const {nanoseconds, links, ...seen} = await run.look(some);
                const again = await run.look(some);
                const expected = JSON.parse(given.seen);
                delete expected.nanoseconds;
                const answer = {
                    same: JSON.stringify(seen) === JSON.stringify(expected), timed: nanoseconds > 0, again: again.look, budgets: links.budgets,
                    gaps: links.gaps, refused: await run.look({inputs: [1], labels: [0]}).catch(({code}) => code), digest: await run.digest(),
                };
                await run.close();
                return answer;
                """, Map.of("tween", tween, "seen", seen.json()));
        assertThat(found.get("same")).isEqualTo(true);
        assertThat(found.get("timed")).isEqualTo(true);
        assertThat(found.get("again")).isEqualTo(1);
        assertThat(numbers(found.get("budgets"))).containsExactly(links.budgets());
        assertThat(numbers(found.get("gaps"))).containsExactly(links.gaps());
        assertThat(found.get("refused")).isIn("SHAPE", "INPUT");
        assertThat(found.get("digest")).isEqualTo(digest(fit));
    }

    private static float[] numbers(Object list) {
        List<?> numbers = (List<?>) list;
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((Number) numbers.get(i)).floatValue();
        }
        return values;
    }
}
