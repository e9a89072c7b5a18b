package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.JsonWriter;
import loom.format.ModelException;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Activation;
import loom.model.BatchNorm;
import loom.model.Dense;
import loom.model.Dropout;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.numeric.Philox;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FitTest {
    /** Dropout and running statistics, so that all that a checkpoint must hold is there. */
    private static final Network NETWORK = Network.of(
            "",
            Shape.of(2),
            new Dense(12, Activation.Simple.TANH),
            new BatchNorm(),
            new Dropout(0.25f),
            new Dense(3, Activation.Simple.LINEAR));

    private static final Model MODEL = Model.initialise(NETWORK, 7);
    private static final CrossEntropy LABELS = new CrossEntropy(true, 0.1f, Optional.empty());

    /** Three classes by the angle of the point. */
    private static Dataset data(int n) {
        float[] x = new float[2 * n];
        float[] t = new float[n];
        for (int i = 0; i < n; i++) {
            x[2 * i] = Philox.uniform(5, 2 * i, 0, 0, 0) * 2 - 1;
            x[2 * i + 1] = Philox.uniform(5, 2 * i + 1, 0, 0, 0) * 2 - 1;
            t[i] = x[2 * i] < 0 ? 0 : x[2 * i + 1] < 0 ? 1 : 2;
        }
        return new Dataset(Shape.of(2), x, Shape.of(1), t);
    }

    private static final Dataset DATA = data(90);

    private static Training training(Optimizer optimizer) {
        return Training.of(LABELS, optimizer, 0.05f, 8)
                .with(Training.EPOCHS, 3)
                .with(Training.ACCUMULATE, 2)
                .with(Training.CLIP_NORM, Optional.of(1f))
                .with(Training.AVERAGE, Optional.of(0.9f))
                .with(Training.WARMUP, 4)
                .with(Training.VALIDATION, 0.2f)
                .with(Training.PATIENCE, 2);
    }

    static List<Optimizer> optimizers() {
        return List.of(
                new Sgd(), new Sgd(0.9f, true), new Adam(), new AdamW(), new RmsProp(), new Adagrad(), new Lion());
    }

    private static List<Fit.Report> finish(Fit fit) {
        List<Fit.Report> reports = new ArrayList<>();
        while (!fit.done()) {
            reports.add(fit.next().get());
        }
        return reports;
    }

    private static Fit start(Training training, Dataset data, Machine machine) {
        return Fit.start(MODEL, training, data, machine).get();
    }

    private static Fit.Checkpoint through(Fit.Checkpoint c) {
        String text = CheckpointJson.write(c);
        Fit.Checkpoint read = CheckpointJson.read("c.json", text.getBytes(StandardCharsets.UTF_8));
        assertThat(CheckpointJson.write(read)).isEqualTo(text);
        return read;
    }

    /** As a GPU does: data are written once, and then their numbers. */
    private record Keeping(Machine machine, List<Program> programs) implements Machine {
        @Override
        public String name() {
            return machine.name();
        }

        @Override
        public Completion<Execution> prepare(Program program) {
            programs.add(program);
            return machine.prepare(program);
        }

        @Override
        public long residentBytes() {
            return 1 << 20;
        }
    }

    private static float[] alternating(int n) {
        float[] weights = new float[n];
        for (int i = 0; i < n; i++) {
            weights[i] = i % 2 == 0 ? 1 : 0.25f;
        }
        return weights;
    }

    @Test
    void dataThatTheMachineKeepsGiveTheSameBits() {
        Dataset weighted = new Dataset(
                DATA.input(), DATA.inputs(), DATA.target(), DATA.targets(), Optional.of(alternating(DATA.size())));
        for (boolean weights : new boolean[] {false, true}) {
            Training training = training(new Adam()).with(Training.WEIGHTED, weights);
            Dataset data = weights ? weighted : DATA;
            Fit by = start(training, data, new ReferenceMachine());
            Keeping keeping = new Keeping(new ReferenceMachine(), new ArrayList<>());
            Fit kept = start(training, data, keeping);
            for (int i = 0; i < 5; i++) {
                assertThat(kept.next().get()).isEqualTo(by.next().get());
            }
            Fit resumed =
                    Fit.resume(through(kept.checkpoint().get()), data, keeping).get();
            assertThat(finish(resumed)).isEqualTo(finish(by));
            assertThat(resumed.model().get()).isEqualTo(by.model().get());
            Program trained = keeping.programs().get(0);
            int inputs = trained.source(NetworkLowering.INPUT);
            // 90 samples less the fifth that validates.
            assertThat(trained.buffer(inputs).type().shape()).isEqualTo(Shape.of(72, 2));
        }
    }

    @Test
    void dataThatTheMachineKeepsTrapAtTheSamePlace() {
        Training wild = Training.of(new MeanSquaredError(), new Sgd(), 1e6f, 8).with(Training.EPOCHS, 9);
        Dataset zeros = new Dataset(DATA.input(), DATA.inputs(), Shape.of(3), new float[3 * DATA.size()]);
        List<String> messages = new ArrayList<>();
        for (Machine machine :
                List.of(new ReferenceMachine(), new Keeping(new ReferenceMachine(), new ArrayList<>()))) {
            Fit fit = start(wild, zeros, machine);
            assertThatThrownBy(() -> finish(fit))
                    .isInstanceOf(Diverged.class)
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        assertThat(messages.get(1)).isEqualTo(messages.get(0));
    }

    /** Stopped anywhere, saved, and continued on another machine: the same reports and weights. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void resumesToTheBit(Optimizer optimizer) {
        Training training = training(optimizer);
        Fit whole = start(training, DATA, new ReferenceMachine());
        List<Fit.Report> reports = finish(whole);
        Model expected = whole.model().get();
        assertThat(expected).isNotEqualTo(MODEL);
        Random random = new Random(optimizer.hashCode());
        try (GraalWasmHost host = new GraalWasmHost()) {
            for (int i = 0; i < 3; i++) {
                int at = random.nextInt(reports.size());
                Fit first = start(training, DATA, i == 0 ? new WasmMachine(host) : new ReferenceMachine());
                for (int run = 0; run < at; run++) {
                    assertThat(first.next().get()).isEqualTo(reports.get(run));
                }
                Fit rest = Fit.resume(
                                through(first.checkpoint().get()),
                                DATA,
                                i == 1 ? new WasmMachine(host) : new ReferenceMachine())
                        .get();
                assertThat(finish(rest)).isEqualTo(reports.subList(at, reports.size()));
                assertThat(rest.model().get()).isEqualTo(expected);
            }
        }
    }

    /** How many runs are enqueued at once, and where checkpoints are taken meanwhile, changes nothing. */
    @Test
    void turnsOfAnySizeGiveTheSame() {
        Training training = training(new Adam());
        Fit single = start(training, DATA, new ReferenceMachine());
        List<Fit.Report> expected = finish(single);
        String end = CheckpointJson.write(single.checkpoint().get());
        try (GraalWasmHost host = new GraalWasmHost()) {
            for (int most : new int[] {1, 4, 100}) {
                Fit fit = start(training, DATA, new WasmMachine(host));
                List<Fit.Report> reports = new ArrayList<>();
                for (int turn = 0; !fit.done(); turn++) {
                    reports.addAll(fit.turn(most).get());
                    if (turn % 3 == 0) {
                        Fit.Checkpoint c = through(fit.checkpoint().get());
                        fit.close();
                        fit = Fit.resume(c, DATA, new WasmMachine(host)).get();
                    }
                }
                assertThat(fit.trainer().steps()).isEqualTo(single.trainer().steps());
                assertThat(CheckpointJson.write(fit.checkpoint().get())).isEqualTo(end);
                assertThat(expected).containsAll(reports);
            }
        }
        Fit fit = start(training, DATA, new ReferenceMachine());
        List<Fit.Report> reports = new ArrayList<>();
        while (!fit.done()) {
            reports.addAll(fit.turn(3).get());
            fit.checkpoint().get();
        }
        assertThat(reports).as("none lost to checkpoints").isEqualTo(expected);
    }

    @Test
    void countsRightAnswers() {
        Network plain = Network.of("", Shape.of(2), new Dense(3, Activation.Simple.LINEAR));
        Model model = Model.initialise(plain, 1);
        Training training = Training.of(LABELS, new Sgd(), 0.5f, 90);
        float[] oneHot = new float[270];
        for (int i = 0; i < 90; i++) {
            oneHot[3 * i + (int) DATA.targets()[i]] = 1;
        }
        float[] y = Evaluator.prepare(model, training, new ReferenceMachine())
                .get()
                .evaluate(model, DATA)
                .get()
                .outputs();
        int right = 0;
        for (int i = 0; i < 90; i++) {
            int label = (int) DATA.targets()[i];
            boolean first = true;
            for (int k = 0; k < 3; k++) {
                first &= k == label || y[3 * i + k] < y[3 * i + label];
            }
            right += first ? 1 : 0;
        }
        assertThat(right).isBetween(1, 89);
        assertThat(Fit.start(model, training, DATA, new ReferenceMachine())
                        .get()
                        .next()
                        .get()
                        .right())
                .contains(new Trainer.Right(right, 90));
        assertThat(Fit.start(
                                model,
                                training.with(Training.LOSS, new CrossEntropy()),
                                new Dataset(Shape.of(2), DATA.inputs(), Shape.of(3), oneHot),
                                new ReferenceMachine())
                        .get()
                        .next()
                        .get()
                        .right())
                .contains(new Trainer.Right(right, 90));
    }

    /** A row of weight 0 does not count, all others count once, whatever their weight. */
    @Test
    void countsRightAnswersOfRowsWithWeights() {
        Network plain = Network.of("", Shape.of(2), new Dense(3, Activation.Simple.LINEAR));
        Model model = Model.initialise(plain, 1);
        Training training = Training.of(LABELS, new Sgd(), 0.5f, 90);
        float[] weights = new float[90];
        for (int i = 0; i < 90; i++) {
            weights[i] = i % 3 * 0.25f;
        }
        int right = 0;
        for (int i = 0; i < 90; i++) {
            Dataset one = DATA.part(i, i + 1);
            Trainer.Right answer = Fit.start(model, training.with(Training.BATCH, 1), one, new ReferenceMachine())
                    .get()
                    .next()
                    .get()
                    .right()
                    .orElseThrow();
            assertThat(answer.rows()).isEqualTo(1);
            right += i % 3 == 0 ? 0 : answer.right();
        }
        Dataset weighted = new Dataset(Shape.of(2), DATA.inputs(), Shape.of(1), DATA.targets(), Optional.of(weights));
        assertThat(right).isBetween(1, 59);
        assertThat(Fit.start(model, training.with(Training.WEIGHTED, true), weighted, new ReferenceMachine())
                        .get()
                        .next()
                        .get()
                        .right())
                .contains(new Trainer.Right(right, 60));
    }

    @Test
    void accumulatedGradientsAreThoseOfTheirRunsTogether() {
        Network plain = Network.of("", Shape.of(2), new Dense(3, Activation.Simple.LINEAR));
        Model model = Model.initialise(plain, 1);
        Training large = Training.of(LABELS, new Sgd(), 0.5f, 16).with(Training.SHUFFLE, false);
        Fit one = Fit.start(model, large, DATA.part(0, 32), new ReferenceMachine())
                .get();
        Fit two = Fit.start(
                        model,
                        large.with(Training.BATCH, 4).with(Training.ACCUMULATE, 4),
                        DATA.part(0, 32),
                        new ReferenceMachine())
                .get();
        finish(one);
        List<Fit.Report> reports = finish(two);
        assertThat(two.trainer().steps()).isEqualTo(one.trainer().steps()).isEqualTo(2);
        assertThat(reports).extracting(Fit.Report::step).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
        Tensor a = one.model().get().parameters().get("0.0.0.kernel");
        Tensor b = two.model().get().parameters().get("0.0.0.kernel");
        assertThat(a.values()).containsExactly(b.values(), within(1e-6f));
    }

    @Test
    void clippingByNormScalesTheStep() {
        Network plain = Network.of("", Shape.of(2), new Dense(2, Activation.Simple.LINEAR, false));
        Model model = Model.initialise(plain, 1);
        Training training =
                Training.of(new MeanSquaredError(), new Sgd(), 1, 4).with(Training.CLIP_NORM, Optional.of(0.125f));
        float[] far = {100, 0, 0, 100, 50, -50, 1, 1};
        Trainer t = Trainer.prepare(model, training, new ReferenceMachine()).get();
        t.run(new Dataset(Shape.of(2), new float[] {1, 2, 3, 4, -5, 6, 7, 8}, Shape.of(2), far), true)
                .get();
        assertThat(t.gradientNorm().get()).isGreaterThan(10);
        float[] before = model.parameters().get("0.0.0.kernel").values();
        float[] after = t.model().get().parameters().get("0.0.0.kernel").values();
        double moved = 0;
        for (int i = 0; i < before.length; i++) {
            moved += Math.pow(after[i] - before[i], 2);
        }
        assertThat(Math.sqrt(moved)).isCloseTo(0.125, within(1e-6));
    }

    @Test
    void clippingByValueBoundsEveryElement() {
        Network plain = Network.of("", Shape.of(2), new Dense(2, Activation.Simple.LINEAR, false));
        Model model = Model.initialise(plain, 1);
        Dataset batch =
                new Dataset(Shape.of(2), new float[] {1, 0.001f, -2, 0}, Shape.of(2), new float[] {-90, 0.2f, 70, -80});
        Training free = Training.of(new MeanSquaredError(), new Sgd(), 1, 2);
        float[] slopes = slopes(model, free, batch);
        float[] clipped = slopes(model, free.with(Training.CLIP_VALUE, Optional.of(0.25f)), batch);
        assertThat(slopes[0]).isGreaterThan(0.25f);
        assertThat(slopes[1]).isLessThan(-0.25f);
        assertThat(Math.abs(slopes[2])).isBetween(1e-3f, 0.25f);
        for (int i = 0; i < slopes.length; i++) {
            assertThat(clipped[i]).isCloseTo(Math.max(-0.25f, Math.min(0.25f, slopes[i])), within(1e-5f));
        }
    }

    /** What a step of rate 1 takes from the kernel. */
    private static float[] slopes(Model model, Training training, Dataset batch) {
        Trainer t = Trainer.prepare(model, training, new ReferenceMachine()).get();
        t.run(batch, true).get();
        float[] before = model.parameters().get("0.0.0.kernel").values();
        float[] after = t.model().get().parameters().get("0.0.0.kernel").values();
        float[] slopes = new float[before.length];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = before[i] - after[i];
        }
        return slopes;
    }

    /** Tokens of weight 0 change nothing, whatever they and their labels are. */
    @Test
    void weightsMaskTokens() {
        Network tokens = Network.of("", Shape.of(3, 2), new Dense(4, Activation.Simple.LINEAR));
        Model model = Model.initialise(tokens, 1);
        Training training = Training.of(LABELS, new AdamW(), 0.1f, 2).with(Training.WEIGHTED, true);
        float[] weights = {1, 0, 1, 0, 0, 1};
        float[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        float[] other = x.clone();
        other[2] = -50;
        other[7] = 3.5f;
        float[] t = {0, 1, 2, 3, 0, 1};
        float[] otherTargets = {0, 3, 2, 1, 2, 1};
        float[] unlike = {0, 1, 1, 3, 0, 1};
        Model expected = step(model, training, x, t, weights);
        assertThat(step(model, training, other, otherTargets, weights)).isEqualTo(expected);
        assertThat(step(model, training, x, unlike, weights)).isNotEqualTo(expected);
        assertThat(step(model, training, x, t, new float[6])).isNotEqualTo(expected);
    }

    private static Model step(Model model, Training training, float[] x, float[] t, float[] weights) {
        Dataset data = new Dataset(Shape.of(3, 2), x, Shape.of(3, 1), t, Optional.of(weights));
        Fit fit = Fit.start(model, training, data, new ReferenceMachine()).get();
        fit.next().get();
        return fit.model().get();
    }

    @Test
    void stopsEarlyAndKeepsTheBestWeights() {
        // A rate so large that validation soon gets worse.
        Training training = Training.of(LABELS, new Sgd(), 1, 4)
                .with(Training.EPOCHS, 40)
                .with(Training.VALIDATION, 0.3f)
                .with(Training.PATIENCE, 3);
        Fit fit = start(training, DATA, new ReferenceMachine());
        List<Fit.EpochEnd> ends =
                finish(fit).stream().flatMap(r -> r.end().stream()).toList();
        assertThat(ends).hasSizeLessThan(40);
        assertThat(ends.get(ends.size() - 1).stops()).isTrue();
        float best = ends.stream()
                .map(e -> e.validationLoss().orElseThrow())
                .min(Float::compare)
                .orElseThrow();
        Evaluator e = Evaluator.prepare(MODEL, training, new ReferenceMachine()).get();
        assertThat(e.evaluate(fit.model().get(), DATA.part(63, 90)).get().loss())
                .isEqualTo(best);
    }

    @Test
    void theAverageFollowsTheWeights() {
        Training training = Training.of(LABELS, new Sgd(), 0.5f, 90)
                .with(Training.AVERAGE, Optional.of(0.75f))
                .with(Training.SHUFFLE, false);
        Fit fit = start(training, DATA, new ReferenceMachine());
        finish(fit);
        float[] start = MODEL.parameters().get("0.0.3.bias").values();
        float[] now = fit.trainer().model().get().parameters().get("0.0.3.bias").values();
        float[] average = fit.model().get().parameters().get("0.0.3.bias").values();
        for (int i = 0; i < now.length; i++) {
            assertThat(average[i]).isCloseTo(0.75f * start[i] + 0.25f * now[i], within(1e-6f));
        }
    }

    @Test
    void refusesWrongData() {
        Training training = Training.of(LABELS, new Sgd(), 0.5f, 8);
        Dataset three = new Dataset(Shape.of(2), new float[4], Shape.of(1), new float[] {0, 3});
        assertThatThrownBy(() -> start(training, three, new ReferenceMachine()))
                .hasMessage("data: label 3 of sample 1 is not a whole number from 0 to 2");
        Dataset wide = new Dataset(Shape.of(3), new float[6], Shape.of(1), new float[2]);
        assertThatThrownBy(() -> start(training, wide, new ReferenceMachine()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("data: expected inputs of shape [2], found [3]");
        assertThatThrownBy(() -> start(training.with(Training.WEIGHTED, true), DATA, new ReferenceMachine()))
                .hasMessageContaining("no weights");
        Fit fit = start(training, DATA, new ReferenceMachine());
        assertThatThrownBy(() -> Fit.resume(fit.checkpoint().get(), data(89), new ReferenceMachine()))
                .hasMessageContaining("other data");
    }

    @Test
    void divergingTrainingNamesItsStepAndKeepsWhatWasThere() {
        Network plain = Network.of("", Shape.of(2), new Dense(3, Activation.Simple.LINEAR));
        Training training = Training.of(new MeanSquaredError(), new Sgd(), 0x1p20f, 16)
                .with(Training.EPOCHS, 50)
                .with(Training.SHUFFLE, false);
        Dataset data = new Dataset(Shape.of(2), DATA.inputs(), Shape.of(3), new float[270]);
        Fit fit = Fit.start(Model.initialise(plain, 1), training, data, new ReferenceMachine())
                .get();
        Model last = fit.model().get();
        try {
            while (true) {
                last = fit.model().get();
                fit.next().get();
            }
        } catch (Diverged e) {
            assertThat(e).hasMessageStartingWith("epoch 0, step " + e.step() + ": numeric trap in ");
            assertThat(e.step()).isPositive();
        }
        assertThat(fit.model().get()).isEqualTo(last);
        through(fit.checkpoint().get());

        // Enqueued together, the runs before the bad one are reported and count; the next turn fails.
        int good = fit.trainer().runs();
        Fit together = Fit.start(Model.initialise(plain, 1), training, data, new ReferenceMachine())
                .get();
        assertThat(together.turn(6).get()).hasSize(good);
        assertThat(together.trainer().runs()).isEqualTo(good);
        assertThatThrownBy(() -> together.turn(6).get()).isInstanceOf(Diverged.class);
        assertThat(CheckpointJson.write(together.checkpoint().get()))
                .isEqualTo(CheckpointJson.write(fit.checkpoint().get()));
    }

    @Test
    void trainingsAreJson() {
        Training training = training(new AdamW())
                .with(Training.LOSS, new CrossEntropy(false, 0.25f, Optional.of(List.of(1f, 2f, 0.1f))))
                .with(Training.SCHEDULE, new Schedule.OneCycle(0.1f, 100))
                .with(Training.TICKS, 4);
        JsonWriter w = new JsonWriter();
        DeclaredJson.write(w, training);
        String text = w.finish();
        assertThat(DeclaredJson.read(Training.TYPE, Cursor.parse("t.json", text)))
                .isEqualTo(training);
        assertThatThrownBy(() -> DeclaredJson.read(
                        Training.TYPE, Cursor.parse("t.json", text.replace("\"one_cycle\"", "\"two_cycle\""))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("schedule.type")
                .hasMessageContaining("two_cycle");
    }
}
