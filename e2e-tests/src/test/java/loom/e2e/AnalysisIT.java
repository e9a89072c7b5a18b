package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.tools.Breeding;
import loom.tools.Pipeline;
import loom.tools.Toolbox;
import org.junit.jupiter.api.Test;

/** {@code Loom.analysis()}: a page's answers are the JVM's, to the bit. */
class AnalysisIT extends BrowserTest {
    private static final String A = ModelWriter.write(model(1, 2));
    private static final String B = ModelWriter.write(model(2, 2));

    private static Model model(long seed, int out) {
        return Model.initialise(
                Network.of(
                        "m",
                        Shape.of(3),
                        new Dense(4, Activation.Simple.TANH),
                        new Dense(out, Activation.Simple.LINEAR)),
                seed);
    }

    /** 200 rows of 4, with ties. */
    private static float[] table() {
        float[] values = new float[800];
        int state = 12345;
        for (int i = 0; i < values.length; i++) {
            state = state * 1103515245 + 12345;
            values[i] = (state >>> 20) / 1000f;
        }
        return values;
    }

    private static final class Jvm implements Toolbox.Platform {
        @Override
        public Completion<Machine> machine(String name, Model model) {
            return Completion.of(quick());
        }

        @Override
        public Machine quick() {
            return new ReferenceMachine();
        }

        @Override
        public long clock() {
            return System.nanoTime();
        }
    }

    private static String here(String request, byte[]... files) {
        int size = 0;
        StringBuilder sizes = new StringBuilder();
        for (byte[] f : files) {
            sizes.append(size == 0 ? "" : ",").append(f.length);
            size += f.length;
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (byte[] f : files) {
            all.put(f);
        }
        String json = "{\"sizes\": [" + sizes + "], " + request + "}";
        return Toolbox.answer(json.getBytes(StandardCharsets.UTF_8), all.array(), new Jvm())
                .get();
    }

    private static byte[] bytes(float... values) {
        ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            b.putFloat(v);
        }
        return b.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** JSON as JavaScript writes it, of what the JVM answers. */
    private String same(String json) {
        return (String) evaluate("return JSON.stringify(JSON.parse(given));", json);
    }

    @Test
    void statisticsAreTheJvms() {
        openApi();
        @SuppressWarnings("unchecked")
        List<String> found = (List<String>) evaluate("""
                const values = [];
                let state = 12345;
                for (let i = 0; i < 800; i++) {
                    state = (Math.imul(state, 1103515245) + 12345) | 0;
                    values.push(Math.fround((state >>> 20) / Math.fround(1000)));
                }
                const analysis = await Loom.analysis();
                const answers = [
                    await analysis.correlation(values, {columns: 4}),
                    await analysis.correlation(new Float32Array(values), {names: ['a', 'b', 'c', 'd'], ranks: true}),
                    await analysis.clusters(values, {columns: 4, clusters: 5, seed: 9, starts: 3}),
                ];
                return answers.map((answer) => JSON.stringify(answer));
                """, null);
        byte[] table = bytes(table());
        assertThat(found)
                .containsExactly(
                        same(here("\"task\": \"correlation\", \"columns\": 4", table)),
                        same(here(
                                "\"task\": \"correlation\", \"names\": [\"a\",\"b\",\"c\",\"d\"], \"ranks\": true",
                                table)),
                        same(here(
                                "\"task\": \"clusters\", \"columns\": 4, \"clusters\": 5, \"seed\": 9, \"starts\": 3",
                                table)));
    }

    @Test
    void modelsAreComparedAndGrafted() {
        openApi();
        @SuppressWarnings("unchecked")
        List<String> found = (List<String>) evaluate("""
                const analysis = await Loom.analysis();
                const a = await Loom.load(new Blob([given.a]), {backend: 'wasm'});
                const grafted = await analysis.graft([a, given.b], {head: 3, seed: 5});
                const model = await Loom.load(grafted, {backend: 'wasm'});
                const y = await model.run(new Float32Array(3));
                const [front, back] = await analysis.split(a, 1);
                const joined = await analysis.join(front, back);
                const answers = [
                    JSON.stringify(await analysis.compare(a, given.b)),
                    await grafted.text(),
                    String(y.length),
                    JSON.stringify((await analysis.compare(a, joined)).layers.map((layer) => layer.kind)),
                    String((await analysis.describe()).loss.length),
                ];
                await model.close();
                await a.close();
                return answers;
                """, Map.of("a", A, "b", B));
        assertThat(found)
                .containsExactly(
                        same(here("\"task\": \"compare\"", bytes(A), bytes(B))),
                        here("\"task\": \"graft\", \"head\": 3, \"seed\": 5", bytes(A), bytes(B)),
                        "3",
                        "[\"same\",\"same\"]",
                        "5");
    }

    @Test
    void saysWhatIsWrong() {
        openApi();
        @SuppressWarnings("unchecked")
        List<String> found = (List<String>) evaluate("""
                const analysis = await Loom.analysis();
                const refusal = (promise) => promise.then(() => 'none', ({code, message}) => `${code} ${message}`);
                return [
                    await refusal(analysis.clusters([1, 2, 3], {columns: 1, clusters: 4})),
                    await refusal(analysis.correlation([1, 2, 3], {columns: 2})),
                    await refusal(analysis.correlation([], {columns: 2})),
                    await refusal(analysis.graft([given], {drop: 2})),
                    await refusal(analysis.clusters([1, 2], {columns: 1})),
                    await refusal(analysis.correlation([NaN, 2], {columns: 1})),
                ];
                """, A);
        assertThat(found.subList(0, 4))
                .containsExactly(
                        "INPUT 4 clusters of 3 rows, expected 1 to 3",
                        "INPUT 3 values do not fill rows of 2 columns",
                        "INPUT a table without rows",
                        "INPUT model 0 has 2 layers, 2 cannot be left out at its end");
        assertThat(found.get(4)).startsWith("CONFIG missing key \"clusters\"");
        assertThat(found.get(5)).isEqualTo("INPUT row 0, column 0: expected a finite number");
    }

    @Test
    void networksAreBredAsOnTheJvm() {
        float[] inputs = Models.input(2 * 64);
        float[] targets = new float[64];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = inputs[2 * i] * inputs[2 * i + 1];
        }
        String request =
                "{\"input\": [2], \"outputs\": 1, \"population\": 4, \"seed\": 5, \"training\": {\"loss\": \"mean_squared_error\","
                        + " \"epochs\": 2, \"schedule\": {\"type\": \"constant\", \"rate\": 0.1}}}";
        Breeding here = Breeding.of(bytes(request), inputs, targets, new ReferenceMachine());
        List<String> expected = List.of(here.next().get(), here.next().get());
        openApi();
        assertThat(evaluate(
                        """
                const analysis = await Loom.analysis();
                const {population, seed, ...options} = JSON.parse(given.request);
                const data = {inputs: floats(given.inputs), targets: floats(given.targets)};
                const same = [];
                for await (const {best, ...generation} of analysis.evolve(data, {...options, population, seed, generations: 2})) {
                    const {best: model, ...expected} = JSON.parse(given.expected[same.length]);
                    same.push(JSON.stringify(generation) === JSON.stringify(expected) && (await best.text()) === JSON.stringify(model));
                    await new Promise((resolve) => setTimeout(resolve, 2500)); // longer than an engine without users lingers
                }
                const refused = await analysis.evolve(data, {...options, population: 1}).next().catch(({code}) => code);
                return [...same, refused];
                """,
                        Map.of(
                                "request",
                                request,
                                "inputs",
                                Bits.base64(inputs),
                                "targets",
                                Bits.base64(targets),
                                "expected",
                                expected)))
                .isEqualTo(List.of(true, true, "INPUT"));
    }

    /** Gradients and traces on WebAssembly are the reference machine's. */
    @Test
    void insideARun() {
        openApi();
        String request = "\"task\": \"gradients\", \"training\": {\"loss\": \"mean_squared_error\","
                + " \"schedule\": {\"type\": \"constant\", \"rate\": 0}}";
        String expected = here(request, bytes(A), bytes(1, 2, 3), bytes(1, 0));
        assertThat(evaluate("""
                const analysis = await Loom.analysis();
                const training = {loss: 'mean_squared_error', schedule: {type: 'constant', rate: 0}};
                const found = await analysis.gradients(given.a, {inputs: [1, 2, 3], targets: [1, 0]}, training);
                const expected = JSON.parse(given.expected);
                const bits = (values) => btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
                const plain = ({values, ...each}) => ({...each, data: bits(values)});
                const same = {...found, layers: found.layers.map(plain), parameters: found.parameters.map(plain)};
                return [JSON.stringify(same) === JSON.stringify(expected), found.layers.length, found.parameters.length];
                """, Map.of("a", A, "expected", expected))).isEqualTo(List.of(true, 2, 4));
        assertThat(evaluate("""
                const analysis = await Loom.analysis();
                const kernels = await analysis.kernels(given);
                const shaders = await analysis.shaders(given, {batch: 2});
                const profile = await analysis.profile(given, [1, 2, 3], {machine: 'wasm'});
                const [wasm, reference] = [await analysis.trace(given, [1, 2, 3], {machine: 'wasm'}), await analysis.trace(given, [1, 2, 3], {machine: 'reference'})];
                return [
                    kernels[0].layers, shaders.length === kernels.length && shaders.every((list) => list.every(({text}) => text.includes('@compute'))),
                    profile.machine, profile.kernels.every(({nanoseconds}) => nanoseconds > 0), profile.layers.map(({path}) => path),
                    (await analysis.diff(wasm, reference)).same, wasm.trace.length > 3,
                    await analysis.gradients(given, {inputs: [1, 2, 3]}, {}).catch(({code}) => code),
                    await analysis.profile(given, [1], {}).catch(({code}) => code),
                ];
                """, A))
                .isEqualTo(List.of(
                        List.of("0.0.0"), true, "wasm", true, List.of("0.0.0", "0.0.1"), true, true, "INPUT", "SHAPE"));
    }

    /** A pipeline's ticks are the JVM's, and one that is closed says so. */
    @Test
    void pipelinesTickAsOnTheJvm() {
        Pipeline here = Pipeline.open(bytes(A), new ReferenceMachine()).get();
        List<String> expected = List.of(
                here.tick(1, 2, 3).get(),
                here.tick(-1, 0, 5).get(),
                here.tick(0, 0, 0).get());
        openApi();
        assertThat(evaluate("""
                const analysis = await Loom.analysis();
                const pipeline = await analysis.pipeline(given.a);
                const bits = (values) => btoa(String.fromCharCode(...new Uint8Array(values.buffer)));
                const same = [];
                for (const [i, input] of [[1, 2, 3], [-1, 0, 5], [0, 0, 0]].entries()) {
                    const {tick, layers} = await pipeline.tick(input);
                    const plain = {tick, layers: layers.map(({values, ...each}) => ({...each, data: bits(values)}))};
                    same.push(JSON.stringify(plain) === JSON.stringify(JSON.parse(given.expected[i])));
                    await new Promise((resolve) => setTimeout(resolve, i === 1 ? 2500 : 0)); // longer than an engine without users lingers
                }
                const refusal = (promise) => promise.then(() => 'none', ({code, message}) => `${code} ${message}`);
                same.push(await refusal(pipeline.tick([1])));
                await pipeline.reset();
                same.push((await pipeline.tick([1, 2, 3])).tick);
                await pipeline.close();
                await pipeline.close();
                return [...same, await refusal(pipeline.tick([1, 2, 3]))];
                """, Map.of("a", A, "expected", expected)))
                .isEqualTo(List.of(
                        true,
                        true,
                        true,
                        "SHAPE input: expected 3 numbers for 1 samples of [3], found 1",
                        1,
                        "CLOSED the pipeline is closed"));
    }
}
