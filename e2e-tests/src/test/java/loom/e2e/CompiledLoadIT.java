package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.ModelReader;
import loom.model.Model;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.model.Tensor;
import loom.onnx.OnnxOptions;
import loom.run.CompiledModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Loom.load} of a model that was compiled ahead of time: the API of all models, the bits of the JVM, and nothing of the engine is fetched. */
class CompiledLoadIT extends BrowserTest {
    private static final int CAPACITY = 4;
    private static final byte[] MODULE = CompiledModel.of(ModelReader.read(Models.FILE, Models.ACTIVATIONS), CAPACITY);
    /** Needs `given.x`. */
    private static final String TOOLS = """
            const refusal = (promise) => promise.then(() => 'none', ({name, code, message, file}) => `${name} ${code} ${file} ${message}`);
            const x = floats(given.x);
            """;

    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void serveTheModel() {
        page().onRequest((Request request) -> asked.add(request.url().replaceFirst(".*/", "")));
        page().route(
                        "**/*compiled.wasm",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/octet-stream")
                                .setBodyBytes(MODULE)));
    }

    private Object evaluate(String script, float... x) {
        return evaluate(TOOLS + script, Map.of("x", Bits.base64(x)));
    }

    private static String bits(float... x) {
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            return Bits.hex(jvm.run(x));
        }
    }

    /** More samples than the module has room for, one, and these again into an array of the caller's, twice, as a Worker sends that back and forth. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void hasTheBitsOfTheJvmWithoutTheEngine(String thread) {
        openApi();
        float[] x = Models.input(20 * (2 * CAPACITY + 1));
        float[] one = Models.input(20);
        assertThat(evaluate("""
                const model = await Loom.load('/compiled.wasm', {thread: '%s'});
                await model.warmUp({batch: 5});
                const output = new Float32Array(90);
                const found = [hex(await model.run(x)), hex(await model.run([...x.subarray(0, 20)])), hex(await model.run(x, {output})), output[0]];
                output.fill(0);
                found.push(hex(await model.run(x, {output})), (await model.memory()).bytes > 65536, model.backend, model.threads);
                await model.close();
                return [...found.slice(0, 3), found[4], ...found.slice(5), await refusal(model.run(x))];
                """.formatted(thread), x))
                .isEqualTo(List.of(
                        bits(x),
                        bits(one),
                        bits(x),
                        bits(x),
                        true,
                        "wasm",
                        1,
                        "LoomError CLOSED null compiled.wasm has been closed"));
        assertThat(asked)
                .contains("loom-compiled.js", "compiled.wasm")
                .doesNotContain("loom-run.mjs", "loom-engine.js", "loom.wasm", "loom-full.wasm");
    }

    /** By its first bytes, whatever its name is, and as the file that the page has compiled itself. */
    @Test
    void isKnownByItsBytes() {
        openApi();
        float[] x = Models.input(40);
        assertThat(evaluate("""
                const bytes = await (await fetch('/compiled.wasm')).arrayBuffer();
                const model = await Loom.load(bytes);
                const analysis = await Loom.analysis();
                const file = await analysis.compile(JSON.parse(given.model), {samples: 2});
                const own = await Loom.load(file);
                const chosen = await Loom.load([new File([bytes], 'chosen')]);
                return [hex(await model.run(x)), hex(await own.run(x)), hex(await chosen.run(x)), own.info().compiled.capacity,
                    await refusal(analysis.compare(file, bytes))];
                """.replace("JSON.parse(given.model)", Models.ACTIVATIONS), x))
                .isEqualTo(List.of(
                        bits(x),
                        bits(x),
                        bits(x),
                        2,
                        "LoomError MODEL null a compiled model has no layers to look at"));
    }

    @Test
    void saysWhatItIsAndWhatItCannot() {
        openApi();
        String digest;
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            digest = jvm.receipt(Models.input(20)).model().digest();
        }
        String only =
                "LoomError MODEL compiled.wasm a compiled model has kernels and weights only: it answers, and does nothing else";
        assertThat(evaluate("""
                const model = await Loom.load('/compiled.wasm', {backend: 'webgpu'});
                const {format, inputShape, outputShape, layers, parameters, compiled} = model.info();
                const found = [format, inputShape, outputShape, layers, parameters, compiled.capacity, compiled.model, model.why];
                const refusals = [
                    await refusal(model.receipt(x)), await refusal(model.save()), await refusal(model.train({data: {inputs: x, labels: [0]}})),
                    await refusal(model.run(new Float32Array(21))),
                    await refusal(model.run(new Float32Array(200).fill(NaN, 150, 151))),
                    await refusal(model.run(new Float32Array(20).fill(-Infinity, 3))),
                    await refusal(Loom.load('/compiled.wasm', {backend: 'reference'})),
                    await refusal(Loom.load(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))),
                    (await refusal(Loom.load(new File(['{}'], 'x.wasm')))).slice(0, 46),
                ];
                return [found, refusals, hex(await model.run(x))];
                """, Models.input(20)))
                .isEqualTo(List.of(
                        List.of(
                                "compiled",
                                List.of(20),
                                List.of(10),
                                List.of(),
                                parameters(),
                                CAPACITY,
                                digest,
                                "compiled ahead of time for WebAssembly"),
                        List.of(
                                only,
                                only,
                                only,
                                "LoomError SHAPE compiled.wasm the input has 21 values, expected [20] (20 values) or whole multiples of it",
                                "LoomError INPUT compiled.wasm input element 150 is NaN, expected a magnitude up to 2^50",
                                "LoomError INPUT compiled.wasm input element 3 is -Infinity, expected a magnitude up to 2^50",
                                "LoomError CONFIG compiled.wasm a compiled model runs on WebAssembly, not on the reference machine",
                                "LoomError MODEL model.json this WebAssembly module is no model that Loom compiled",
                                "LoomError MODEL x.wasm no WebAssembly module: "),
                        bits(Models.input(20))));
    }

    /** An LSTM of ONNX: three inputs, three outputs, their axes of samples in different places. */
    @Test
    void inputsAndOutputsKeepTheirNames() {
        openApi();
        Model model = OnnxFiles.model(
                OnnxFiles.lstm(), new OnnxOptions(Map.of("time", 5, "batch", OnnxOptions.BATCH), Map.of()));
        Map<String, float[]> inputs = OnnxFiles.lstmInputs();
        Map<String, Object> given = new LinkedHashMap<>();
        inputs.forEach((name, values) -> given.put(name, Bits.base64(values)));
        given.put("module", Base64.getEncoder().encodeToString(CompiledModel.of(model, 1)));
        Object found = evaluate("""
                const model = await Loom.load(Uint8Array.from(atob(given.module), (c) => c.charCodeAt(0)));
                const y = await model.run({x: floats(given.x), h: floats(given.h), c: floats(given.c)});
                return Object.entries(y).map(([name, values]) => `${name} ${hex(values)}`);
                """, given);
        List<String> expected = new ArrayList<>();
        try (OnJvm jvm = new OnJvm(model)) {
            float[] y = jvm.run(Onnx.pack(OnnxGraph.namedInputs(model.network()).orElseThrow(), inputs, 2));
            Onnx.unpack(OnnxGraph.namedOutputs(model.network()).orElseThrow(), y, 2)
                    .forEach((name, values) -> expected.add(name + " " + Bits.hex(values)));
        }
        assertThat(found).isEqualTo(expected);
    }

    /** What they are is known at once. */
    @Test
    void bytesNeedNoEngine() {
        openApi();
        assertThat(evaluate("""
                const model = await Loom.load(await (await fetch('/compiled.wasm')).arrayBuffer());
                return hex(await model.run(x));
                """, Models.input(20))).isEqualTo(bits(Models.input(20)));
        assertThat(asked).doesNotContain("loom-engine.js", "loom.wasm");
    }

    /** The model beside it goes on in the same Worker. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void aDamagedFileBreaksNothingElse(String thread) {
        openApi();
        float[] x = Models.input(20);
        assertThat(evaluate(
                        TOOLS + """
                const options = {thread: given.thread};
                const model = await Loom.load('/compiled.wasm', options);
                const damaged = Uint8Array.from(atob(given.damaged), (c) => c.charCodeAt(0));
                const [first, found, second] = await Promise.all([model.run(x), refusal(Loom.load(damaged, options)), model.run(x)]);
                return [hex(first), found, hex(second)];
                """,
                        Map.of(
                                "x",
                                Bits.base64(x),
                                "thread",
                                thread,
                                "damaged",
                                CompiledIT.describedAs("{\"input\": [20]}"))))
                .isEqualTo(List.of(
                        bits(x),
                        "LoomError MODEL model.json the compiled model is damaged: it has no output",
                        bits(x)));
    }

    /** A Blob may be a file that has gone since it was chosen. */
    @Test
    void aFileThatCannotBeReadBreaksNothingElse() {
        openApi();
        float[] x = Models.input(20);
        assertThat(evaluate("""
                const model = await Loom.load('/compiled.wasm', {thread: 'page'});
                const file = await (await fetch('/compiled.wasm')).blob();
                Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('it has gone', 'NotReadableError'));
                const running = model.run(x);
                return [await refusal(Loom.load(file, {thread: 'page'})), hex(await running)];
                """, x))
                .isEqualTo(List.of("LoomError INPUT model.json the file cannot be read: it has gone", bits(x)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void saysWhichScriptDoesNotCome(String thread) {
        // So does a page that a host answers with for what it does not have.
        route("loom-compiled.js", "throw new Error('not today')");
        openApi();
        assertThat(evaluate("""
                return Loom.load('/compiled.wasm', {thread: '%s'}).catch(({code, message, hint}) => `${code} ${message} ${hint}`);
                """.formatted(thread), Models.input(20)))
                .isEqualTo("NETWORK " + url("/loom/loom-compiled.js")
                        + " came, but is no script of Loom's or could not run null");
        assertThat(takeComplaints()).isNotEmpty().allMatch(text -> text.contains("not today"));
    }

    /** In the page the batch is run in parts, which count from their own first sample. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void saysWhichSamplesTrapped(String thread) {
        String file = """
                {"format": "loom", "version": 1, "input": {"shape": [1]}, "grid": {"rows": 1, "columns": 1}, "cells": [
                 {"row": 0, "column": 0, "layers": [{"type": "dense", "units": 1, "bias": false, "parameters": {
                  "kernel": {"shape": [1, 1], "data": "KGtuTg=="}}}]}]}""";
        String module =
                Base64.getEncoder().encodeToString(CompiledModel.of(ModelReader.read(Models.FILE, file), CAPACITY));
        openApi();
        assertThat(evaluate(TOOLS + """
                        const model = await Loom.load(Uint8Array.from(atob(given.module), (c) => c.charCodeAt(0)), {thread: given.thread});
                        const refused = await refusal(model.run(new Float32Array(500).fill(1e9, 333, 334)));
                        const [from, to] = refused.match(/\\d+/g).map(Number);
                        return [refused.replace(/\\d+/g, 'N'), from <= 333 && to >= 333 && to - from < given.capacity];
                        """, Map.of("x", "", "thread", thread, "module", module, "capacity", CAPACITY)))
                .isEqualTo(List.of(
                        "LoomError TRAP model.json a result of the samples N to N left its domain; ./loom run says which layer's",
                        true));
    }

    /** Whoever loads a model may think better of it at any time. */
    @Test
    void loadingIsAbortedAtOnce() {
        openApi();
        assertThat(evaluate("""
                const bytes = await (await fetch('/compiled.wasm')).arrayBuffer();
                const abort = new AbortController();
                const loading = Loom.load(bytes, {signal: abort.signal});
                abort.abort();
                const name = await loading.then(() => 'loaded', (error) => error.name);
                return [name, (await Loom.memory()).models.length];
                """, Models.input(20))).isEqualTo(List.of("AbortError", 0));
    }

    /** A Worker of the page's own that has loom.js is none that its scripts are to serve; the same of models that the engine runs. */
    @ParameterizedTest
    @ValueSource(strings = {"compiled.wasm", "plain.json"})
    void aWorkerOfThePageMayRunItInItsOwnThread(String file) {
        route("own.js", """
                importScripts('/loom/loom.js');
                onmessage = async ({data: {file, x}}) => {
                    const model = await Loom.load(file, {thread: 'page', workerUrl: '/loom/loom-engine.js', wasmUrl: '/loom/loom.wasm'});
                    postMessage([await model.run(x), model.why]);
                };
                """);
        route("plain.json", Models.ACTIVATIONS);
        openApi();
        float[] x = Models.input(60);
        assertThat(evaluate(TOOLS + """
                        const worker = new Worker('/own.js');
                        const [y, why] = await new Promise((resolve, reject) => {
                            worker.onmessage = ({data}) => resolve(data);
                            worker.onerror = ({message}) => reject(new Error(message));
                            worker.postMessage({file: given.file, x});
                        });
                        return [hex(y), why.includes('in the page, as asked')];
                        """, Map.of("x", Bits.base64(x), "file", file)))
                .isEqualTo(List.of(bits(x), true));
    }

    private void route(String name, String text) {
        page().route(
                        "**/" + name,
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType(name.endsWith("js") ? "text/javascript" : "application/json")
                                .setBody(text)));
    }

    private static int parameters() {
        int count = 0;
        for (Tensor t :
                ModelReader.read(Models.FILE, Models.ACTIVATIONS).parameters().values()) {
            count += t.values().length;
        }
        return count;
    }

    @Test
    void anElementHasIt() {
        openPage("<script src=\"/loom/loom.js\"></script><loom-model src=\"/compiled.wasm\"></loom-model>");
        float[] x = Models.input(20);
        assertThat(evaluate("return hex(await document.querySelector('loom-model').run(x));", x))
                .isEqualTo(bits(x));
        assertThat(page().locator("loom-model")).hasAttribute("state", "ready");
    }
}
