package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.ModelWriter;
import loom.inspect.Receipt;
import loom.inspect.ReceiptJson;
import loom.model.Model;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.onnx.OnnxOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX files in a page: the JVM's bits, by names where a file has them, and refusals that leave what was there. */
class OnnxIT extends BrowserTest {
    private static final String TOOLS = """
            const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const load = (base64, options = {}) => Loom.load(new File([bytes(base64)], 'model.onnx'), options);
            """;

    @Override
    Object evaluate(String body, Object given) {
        return super.evaluate(TOOLS + body, given);
    }

    private static String base64(byte[] file) {
        return Base64.getEncoder().encodeToString(file);
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void oneInputIsAnArray(String machine) {
        openApi();
        float[] x = Models.input(5 * 36);
        List<?> found = (List<?>)
                evaluate("""
                const model = await load(given.file, {backend: given.machine});
                const x = floats(given.x);
                const y = hex(await model.run(x));
                const receipt = JSON.stringify(await model.receipt(x));
                const saved = await model.save();
                const again = await Loom.load(saved, {backend: given.machine});
                const info = model.info();
                return [model.backend, info.format, y, receipt, await saved.text(), hex(await again.run(x))];
                """, Map.of("file", base64(OnnxFiles.classifier()), "machine", machine, "x", Bits.base64(x)));

        Model model = OnnxFiles.model(OnnxFiles.classifier(), OnnxOptions.NONE);
        try (OnJvm jvm = new OnJvm(model)) {
            String y = Bits.hex(jvm.run(x));
            assertThat(found.subList(0, 3)).isEqualTo(List.of(machine, "ONNX", y));
            Receipt receipt = ReceiptJson.read("receipt", (String) found.get(3));
            assertThat(receipt.model().digest())
                    .isEqualTo(jvm.receipt(x).model().digest());
            assertThat(receipt.withoutMachine().nodes())
                    .isEqualTo(jvm.receipt(x).nodes());
            assertThat(found.get(4)).isEqualTo(ModelWriter.write(model));
            assertThat(found.get(5)).as("the saved model").isEqualTo(y);
        }
    }

    /** Twice, the second time with the state that the first gave. */
    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void severalInputsHaveNames(String machine) {
        openApi();
        Map<String, float[]> inputs = OnnxFiles.lstmInputs();
        Map<String, Object> given = new LinkedHashMap<>();
        inputs.forEach((name, values) -> given.put(name, Bits.base64(values)));
        given.put("file", base64(OnnxFiles.lstm()));
        given.put("machine", machine);

        List<?> found = (List<?>) evaluate("""
                const model = await load(given.file, {backend: given.machine, dimensions: {time: 5, batch: 'batch'}});
                const x = floats(given.x);
                const first = await model.run({x, h: floats(given.h), c: floats(given.c)});
                const second = await model.run({c: first.cn, h: first.hn, x});
                const {inputs, outputs} = model.info();
                const names = [...inputs, ...outputs].map(({name, shape, batchAxis}) => `${name} [${shape}] ${batchAxis}`);
                return [model.backend, names.join(', '), ...[first, second].flatMap(({y, hn, cn}) => [hex(y), hex(hn), hex(cn)])];
                """, given);

        assertThat(found.subList(0, 2))
                .isEqualTo(List.of(
                        machine, "x [5,1,3] 1, h [1,1,4] 1, c [1,1,4] 1, y [5,1,1,4] 2, hn [1,1,4] 1, cn [1,1,4] 1"));
        Model model = OnnxFiles.model(
                OnnxFiles.lstm(), new OnnxOptions(Map.of("time", 5, "batch", OnnxOptions.BATCH), Map.of()));
        List<OnnxGraph.Port> in = OnnxGraph.namedInputs(model.network()).orElseThrow();
        List<OnnxGraph.Port> out = OnnxGraph.namedOutputs(model.network()).orElseThrow();
        try (OnJvm jvm = new OnJvm(model)) {
            for (int i = 0; i < 2; i++) {
                Map<String, float[]> y = Onnx.unpack(out, jvm.run(Onnx.pack(in, inputs, 2)), 2);
                List<String> expected = y.values().stream().map(Bits::hex).toList();
                assertThat(found.subList(2 + 3 * i, 5 + 3 * i)).as("run " + i).isEqualTo(expected);
                inputs.put("h", y.get("hn"));
                inputs.put("c", y.get("cn"));
            }
        }
    }

    @Test
    void anInputMayBeTheSameInEveryRun() {
        openApi();
        float[] x = Models.input(5 * 3);
        float[] state = Models.input(4);
        String found = (String) evaluate(
                """
                const state = Array.from(floats(given.state));
                const model = await load(given.file, {dimensions: {time: 5, batch: 1}, inputs: {h: state, c: state}});
                return Object.values(await model.run(floats(given.x))).map(hex).join();
                """, Map.of("file", base64(OnnxFiles.lstm()), "x", Bits.base64(x), "state", Bits.base64(state)));

        OnnxOptions options = new OnnxOptions(Map.of("time", 5, "batch", 1), Map.of("h", state, "c", state));
        Model model = OnnxFiles.model(OnnxFiles.lstm(), options);
        try (OnJvm jvm = new OnJvm(model)) {
            Map<String, float[]> y =
                    Onnx.unpack(OnnxGraph.namedOutputs(model.network()).orElseThrow(), jvm.run(x), 1);
            assertThat(found)
                    .isEqualTo(
                            String.join(",", y.values().stream().map(Bits::hex).toList()));
        }
    }

    @Test
    void refusalsSayWhatIsMissingAndLeaveTheOtherModels() {
        openApi();
        float[] x = Models.input(36);
        List<?> found = (List<?>) evaluate(
                """
                const model = await load(given.file);
                const refusal = (promise) => promise.then(() => 'loaded', (e) => [e.code, e.file, e.path, e.message].join(' | '));
                const refusals = [
                    await refusal(load(given.missing)),
                    await refusal(load(given.named)),
                    await refusal(load(btoa(String.fromCharCode(...bytes(given.file).slice(0, 300))))),
                    await refusal(model.run({y: [1]})),
                ];
                const named = await load(given.named, {dimensions: {time: 5, batch: 'batch'}});
                refusals.push(await refusal(named.run({x: new Float32Array(15), h: [0, 0, 0, 0]})));
                return [...refusals, hex(await model.run(floats(given.x)))];
                """,
                Map.of(
                        "file", base64(OnnxFiles.classifier()),
                        "missing", base64(OnnxFiles.notSupported()),
                        "named", base64(OnnxFiles.lstm()),
                        "x", Bits.base64(x)));

        assertThat(found.get(0))
                .isEqualTo("MODEL | model.onnx | $.graph | operators that are not supported (opset 17):"
                        + " Unique at \"Unique0\", \"Unique3\"; Det at \"Det2\"");
        assertThat(found.get(1))
                .isEqualTo("MODEL | model.onnx | $.graph.input[0] | input \"x\" has an open extent, \"batch\"");
        assertThat((String) found.get(2)).startsWith("MODEL | model.onnx | ");
        assertThat(found.get(3)).isEqualTo("SHAPE | model.onnx |  | input x is missing, expected 36 a sample of x");
        assertThat(found.get(4))
                .isEqualTo("SHAPE | model.onnx |  | input c is missing, expected 4 a sample of x, h, c");
        try (OnJvm jvm = new OnJvm(OnnxFiles.model(OnnxFiles.classifier(), OnnxOptions.NONE))) {
            assertThat(found.get(5)).as("the model loaded before").isEqualTo(Bits.hex(jvm.run(x)));
        }
    }
}
