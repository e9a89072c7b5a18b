package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.conformance.LayerCases;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Network;
import loom.model.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A GPU that computes wrongly is found out before it runs a model: the shaders are changed on their way to it, and the model must
 * run on WebAssembly, say why, and give the JVM's bits.
 */
class ProbeIT extends BrowserTest {
    private static final float[] X = Digits.of(0, 3);
    private static final String BLOCKS = "128u";
    private static final String WRONG_BLOCKS = "64u";
    private static final String ROWS = "let row0 = ";
    private static final String WRONG_ROWS = "let row0 = 4u + ";
    private static final String NOTHING = "nothing of this kind";

    private static final String NO_PRODUCTS = """
            {"format": "loom", "version": 1, "name": "softmax", "input": {"shape": [20]},
             "grid": {"rows": 1, "columns": 1},
             "cells": [{"row": 0, "column": 0, "layers": [{"type": "softmax"}]}]}""";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            blocks of 64 in products         | 128u                                        | 64u
            lanes added in another order     | var half = 16u; half > 0u; half >>= 1u      | var half = 1u; half < 32u; half <<= 1u
            traps that nobody sees           | atomicMax(&trap, s[0].x);                   | ''
            shaders that do not compile      | fn main(                                    | fn main((
            """)
    void catchesWrongShaders(String what, String from, String to) {
        sabotage(from, to);
        List<?> found = run();
        assertThat(found.get(0)).as("machine for " + what).isEqualTo("wasm");
        assertThat((String) found.get(1)).contains("WebGPU");
        assertThat(found.get(2)).isEqualTo(onJvm());
        assertThat((int) found.get(3)).as("changed shaders").isPositive();
        // Of a shader that does not compile the browser complains by itself.
        takeComplaints();
    }

    @Test
    void trustsRightShaders() {
        sabotage(NOTHING, "");
        List<?> found = run();
        assertThat(found.get(0)).as("machine").isEqualTo(Machines.WEBGPU);
        assertThat(found.get(2)).isEqualTo(onJvm());
        assertThat((int) found.get(3)).as("changed shaders").isZero();
    }

    /** As on a GPU, so in tiles. */
    @Test
    void trustsRightTiles() {
        hideThatItIsSoftware();
        sabotage(NOTHING, "");
        List<?> found = run();
        assertThat(found.get(0)).as("machine").isEqualTo(Machines.WEBGPU);
        assertThat((String) found.get(1))
                .startsWith("WebGPU on hidden hidden hidden gives the reference machine's bits")
                .doesNotContain("refused");
        assertThat(found.get(2)).isEqualTo(onJvm());
    }

    @Test
    void catchesWrongTiles() {
        hideThatItIsSoftware();
        sabotage(ROWS, WRONG_ROWS);
        List<?> found = run();
        assertThat(found.get(0)).as("machine").isEqualTo("wasm");
        assertThat((String) found.get(1))
                .startsWith("WebGPU on hidden hidden hidden is not used: matmul is wrong: element ");
        assertThat(found.get(2)).isEqualTo(onJvm());
    }

    /** The shaders of no single model. */
    @Test
    void looksAtAllProducts() {
        hideThatItIsSoftware();
        assertThat(SelfTestWorker.open(this).ask("probe", Map.of()))
                .startsWith("WebGPU on hidden hidden hidden gives the reference machine's bits")
                .doesNotContain("refused");
    }

    /** A model needs what it uses, so one without products has no use for those of a GPU that cannot multiply. */
    @Test
    void looksAtWhatAModelUses() {
        sabotage(BLOCKS, WRONG_BLOCKS);
        openApi();
        List<?> found = (List<?>) evaluate(
                """
                const options = {backend: 'webgpu', thread: 'page'};
                const softmax = await Loom.load(new Blob([given.softmax]), options);
                const before = [globalThis.changed, hex(await softmax.run(floats(given.input)))];
                const digits = await Loom.load(new Blob([given.digits]), options);
                return [softmax.backend, ...before, digits.backend, hex(await softmax.run(floats(given.input)))];
                """, Map.of("softmax", NO_PRODUCTS, "input", Bits.base64(Models.input(20)), "digits", Digits.MODEL));
        String expected = Bits.hex(Models.runHere(NO_PRODUCTS, Models.input(20), 1));
        assertThat(found).isEqualTo(List.of(Machines.WEBGPU, 0, expected, "wasm", expected));
    }

    /** Some loops read parts of arrays with shaders that no probe has: these it can only compile. */
    @Test
    void aShaderOfAModelMayNotCompile() {
        sabotage("[u.slice0 + ", "[u.slice0 +, ");
        openApi();
        String model = layers("{\"type\": \"lstm\", \"units\": 6}").replace("[20]", "[4, 5]");
        List<?> found = (List<?>) evaluate("""
                const model = await Loom.load(new Blob([given.model]), {backend: 'webgpu', thread: 'page'});
                return [model.backend, hex(await model.run(floats(given.input))), model.why];
                """, Map.of("model", model, "input", Bits.base64(Models.input(20))));
        assertThat(found.subList(0, 2))
                .isEqualTo(List.of("wasm", Bits.hex(Models.runHere(model, Models.input(20), 1))));
        assertThat((String) found.get(2)).contains("is not used: the GPU's compiler refuses the shader");
        takeComplaints();
    }

    /** As a driver is that products crash. */
    @Test
    void aGpuThatIsLostWithEveryModelIsLeft() {
        change("""
                globalThis.createPipeline = GPUDevice.prototype.createComputePipelineAsync;
                globalThis.changed = 0;
                GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
                    if (descriptor.label.startsWith('matmul')) {
                        globalThis.changed++;
                        this.destroy();
                    }
                    return globalThis.createPipeline.call(this, descriptor);
                };
                """);
        List<?> found = run();
        assertThat(found.get(0)).as("machine").isEqualTo("wasm");
        assertThat((String) found.get(1))
                .startsWith("WebGPU is not used any more, for it failed twice: the GPU device was lost");
        assertThat(found.get(2)).isEqualTo(onJvm());
        assertThat((int) found.get(3)).as("losses").isPositive();
    }

    /** Of training alone: products with a turned left operand. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void trainsElsewhere(String name, String file) {
        sabotage("k * u.m + row", "k * u.m");
        openApi();
        List<?> found = (List<?>) evaluate(ShortTraining.SCRIPT + """
                const model = await Loom.load(new Blob([given]), {backend: 'webgpu'});
                const places = [];
                const train = model.train.bind(model);
                model.train = async (options) => {
                    const run = await train(options);
                    places.push(run.backend, run.why);
                    return run;
                };
                return [await trained(model), model.backend, ...places];
                """, file);
        assertThat(found.subList(0, 3)).isEqualTo(List.of(ShortTraining.digest(file), Machines.WEBGPU, "wasm"));
        assertThat((String) found.get(3)).contains("is not used: ").contains(" is wrong");
    }

    static List<Arguments> trainsElsewhere() {
        return List.of(
                Arguments.of("dense layers", Models.ACTIVATIONS),
                // Its only such product reads windows.
                Arguments.of("filters", layers("""
                        {"type": "reshape", "shape": [1, 2, 10]}, {"type": "conv2d", "filters": 2, "kernel": [2, 6]},
                        {"type": "flatten"}, {"type": "softmax"}""")));
    }

    private static String layers(String layers) {
        return NO_PRODUCTS.replace("{\"type\": \"softmax\"}", layers);
    }

    /** Only who looks at a training needs the gradient by what its one layer with parameters is given. */
    @Test
    void looksElsewhere() {
        sabotage("column * u.k + k", "column * u.k");
        openApi();
        String model = layers("""
                {"type": "activation", "activation": "tanh"}, {"type": "dense", "units": 10}, {"type": "softmax"}""");
        List<?> found = (List<?>) evaluate(ShortTraining.SCRIPT + """
                const seen = async (backend) => {
                    const model = await Loom.load(new Blob([given]), {backend});
                    const data = {inputs: input(40), labels: [0, 9]};
                    const run = await model.train({data, training: {loss: {type: 'cross_entropy', labels: true},
                        schedule: {type: 'constant', rate: 0.01}}});
                    await run.finished;
                    const looks = [await run.look(data), await run.look(data)];
                    return [run.backend, ...looks.map(({loss, layers}) => JSON.stringify([loss, layers]))];
                };
                return [await seen('wasm'), await seen('webgpu')];
                """, model);
        List<?> wasm = (List<?>) found.get(0);
        List<?> webgpu = (List<?>) found.get(1);
        assertThat(webgpu.get(0)).isEqualTo(Machines.WEBGPU);
        assertThat(webgpu.subList(1, 3)).isEqualTo(wasm.subList(1, 3));
    }

    @Test
    void makesTextElsewhere() {
        sabotage(BLOCKS, WRONG_BLOCKS);
        openApi();
        TextFiles folder = TextFiles.llama();
        Map<String, String> files = new LinkedHashMap<>();
        folder.files()
                .forEach((name, bytes) -> files.put(name, Base64.getEncoder().encodeToString(bytes)));
        List<?> found = (List<?>) evaluate("""
                const files = Object.entries(given.files).map(([name, base64]) =>
                    new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
                const model = await Loom.load(files, {backend: 'webgpu', context: 48});
                const pieces = [];
                for await (const piece of model.generate(given.prompt, {maxTokens: 12})) {
                    pieces.push(piece);
                }
                return [model.backend, pieces, model.why];
                """, Map.of("files", files, "prompt", TextIT.PROMPT));
        assertThat(found.subList(0, 2))
                .isEqualTo(List.of(
                        "wasm",
                        folder.text((model, decoder) -> model.continued(decoder, TextIT.PROMPT, TextIT.GREEDY))));
        assertThat((String) found.get(2)).contains("is not used: matmul is wrong");
    }

    @Test
    void isNotTimed() {
        sabotage(BLOCKS, WRONG_BLOCKS);
        openApi();
        assertThat((String) evaluate("""
                const analysis = await Loom.analysis();
                return analysis.profile(given.model, floats(given.input), {machine: 'webgpu'})
                    .then(() => 'none', ({code, message}) => `${code} ${message}`);
                """, Map.of("model", Models.ACTIVATIONS, "input", Bits.base64(Models.input(20)))))
                .startsWith("DEVICE webgpu is not to be had here: WebGPU on ")
                .contains("is not used: matmul is wrong");
    }

    /** Packed dot products are a faster way among others: a device may go without. */
    @Test
    void goesWithoutWrongDotProducts() {
        sabotage("dot4I8Packed(", "-dot4I8Packed(");
        openApi();
        String model = int8();
        List<?> found = (List<?>) evaluate("""
                const model = await Loom.load(new Blob([given.model]), {backend: 'webgpu', thread: 'page'});
                return [model.backend, hex(await model.run(floats(given.input))), globalThis.changed > 0, model.why];
                """, Map.of("model", model, "input", Bits.base64(Models.input(20))));
        assertThat(found.subList(0, 3))
                .isEqualTo(List.of(Machines.WEBGPU, Bits.hex(Models.runHere(model, Models.input(20), 1)), true));
        assertThat((String) found.get(3)).contains("a faster matmul was refused: matmul is wrong");
    }

    private static String int8() {
        Layer dense = LayerOptions.NONE.with(Precision.INT8).on(new Dense(5, Activation.Simple.LINEAR));
        return ModelWriter.write(LayerCases.model(Network.of("int8", Shape.of(20), dense)));
    }

    /** What the engine's script begins with, in the page and in Workers. */
    private final StringBuilder changes = new StringBuilder();

    /** Changes all shaders. */
    private void sabotage(String from, String to) {
        change("""
                globalThis.changed = 0;
                globalThis.createShader = GPUDevice.prototype.createShaderModule;
                GPUDevice.prototype.createShaderModule = function (descriptor) {
                    const code = descriptor.code.replaceAll('FROM', 'TO');
                    globalThis.changed += code === descriptor.code ? 0 : 1;
                    return globalThis.createShader.call(this, {...descriptor, code});
                };
                """.replace("FROM", from).replace("TO", to));
    }

    /** A browser that does not say that its processor does the work. */
    private void hideThatItIsSoftware() {
        change("""
                for (const name of ['vendor', 'architecture', 'device', 'description', 'isFallbackAdapter']) {
                    Object.defineProperty(GPUAdapterInfo.prototype, name, {get: () => (name === 'isFallbackAdapter' ? false : 'hidden')});
                }
                """);
    }

    private void change(String script) {
        changes.append(script);
        page().route(
                        "**/loom-engine.js",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("text/javascript")
                                .setBody(changes + route.fetch().text())));
    }

    private List<?> run() {
        openApi();
        return (List<?>) evaluate("""
                const model = await Loom.load(new Blob([given.file]), {backend: 'webgpu', thread: 'page'});
                return [model.backend, model.why, hex(await model.run(floats(given.x))), globalThis.changed];
                """, Map.of("file", Digits.MODEL, "x", Bits.base64(X)));
    }

    private static String onJvm() {
        try (OnJvm jvm = OnJvm.of(Digits.MODEL)) {
            return Bits.hex(jvm.run(X));
        }
    }
}
