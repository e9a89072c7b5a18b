package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Route;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import loom.format.Cursor;
import loom.format.FloatBytes;
import loom.model.Model;
import loom.onnx.OnnxLowering;
import loom.onnx.OnnxOptions;
import loom.onnx.TfjsImport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of tfjs in a page: all their files are found, and the bits are the JVM's. */
class TfjsIT extends BrowserTest {
    private static final Path UPSCALER = Path.of("..", "data", "upscaler");
    private static final int SIDE = 128;

    private static final String MODEL = """
            {"format": "layers-model", "modelTopology": {"class_name": "Sequential", "config": {"name": "small", "layers": [
            {"class_name": "Conv2D", "config": {"name": "c", "filters": 3, "kernel_size": [3, 3], "padding": "same",
             "activation": "relu", "batch_input_shape": [null, 5, 4, 2]}},
            {"class_name": "MaxPooling2D", "config": {"name": "p", "pool_size": [2, 2]}},
            {"class_name": "Flatten", "config": {"name": "f"}},
            {"class_name": "Dense", "config": {"name": "d", "units": 4, "activation": "softmax"}}]}},
            "weightsManifest": [{"paths": ["group1-shard1of2.bin", "group1-shard2of2.bin"], "weights": [
            {"name": "c/kernel", "shape": [3, 3, 2, 3], "dtype": "float32"}, {"name": "c/bias", "shape": [3], "dtype": "float32"},
            {"name": "d/kernel", "shape": [12, 4], "dtype": "float32"}, {"name": "d/bias", "shape": [4], "dtype": "float32"}]}]}
            """;
    private static final byte[] WEIGHTS = FloatBytes.bytes(Models.input(54 + 3 + 48 + 4));

    private static Model model(String json, byte[] weights, OnnxOptions options) {
        OnnxLowering.install();
        return TfjsImport.load(Cursor.parse("model.json", json), weights, options)
                .model();
    }

    private static String base64(byte[] bytes, int from, int to) {
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(bytes, from, to));
    }

    private static final String TOOLS = """
            const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const refusal = (promise) => promise.then(() => 'loaded', (e) => [e.code, e.file, e.path, e.message].join(' | '));
            const files = [
                new File([bytes(given.second)], 'group1-shard2of2.bin'),
                new File([given.model], 'model.json'),
                new File([bytes(given.first)], 'group1-shard1of2.bin'),
            ];
            """;

    private static Map<String, Object> given(String machine, float[] x) {
        return Map.of(
                "model",
                MODEL,
                "machine",
                machine,
                "first",
                base64(WEIGHTS, 0, 101),
                "second",
                base64(WEIGHTS, 101, WEIGHTS.length),
                "x",
                Bits.base64(x));
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void comesAsFiles(String machine) {
        openApi();
        float[] x = Models.input(3 * 40);
        List<?> found = (List<?>) evaluate(TOOLS + """
                const model = await Loom.load(files, {backend: given.machine});
                return [model.backend, model.info().format, hex(await model.run(floats(given.x)))];
                """, given(machine, x));
        try (OnJvm jvm = new OnJvm(model(MODEL, WEIGHTS, OnnxOptions.NONE))) {
            assertThat(found).isEqualTo(List.of(machine, "tfjs layers-model", Bits.hex(jvm.run(x))));
        }
    }

    @Test
    void comesFromAnAddress() {
        serve("model.json", MODEL.getBytes(StandardCharsets.UTF_8));
        serve("group1-shard1of2.bin", java.util.Arrays.copyOf(WEIGHTS, 101));
        serve("group1-shard2of2.bin", java.util.Arrays.copyOfRange(WEIGHTS, 101, WEIGHTS.length));
        openApi();
        float[] x = Models.input(40);
        Object found = evaluate(
                "return hex(await (await Loom.load('/tfjs/model.json')).run(floats(given.x)));",
                Map.of("x", Bits.base64(x)));
        try (OnJvm jvm = new OnJvm(model(MODEL, WEIGHTS, OnnxOptions.NONE))) {
            assertThat(found).isEqualTo(Bits.hex(jvm.run(x)));
        }
    }

    private void serve(String name, byte[] file) {
        page().route("**/tfjs/" + name, route -> route.fulfill(new Route.FulfillOptions().setBodyBytes(file)));
    }

    @Test
    void refusalsSayWhatIsMissing() {
        openApi();
        List<?> found = (List<?>) evaluate(TOOLS + """
                const changed = (from, to) => Loom.load([new File([given.model.replace(from, to)], 'model.json'), files[0], files[2]]);
                return [
                    await refusal(Loom.load([files[0], files[1]])),
                    await refusal(Loom.load(files[1])),
                    await refusal(Loom.load([files[0], files[2]])),
                    await refusal(changed('"Flatten"', '"Lambda"')),
                    await refusal(changed('group1-shard2of2.bin', '../../secret.bin')),
                    await refusal(changed('"filters": 3', '"filters": 4')),
                ];
                """, given("wasm", Models.input(1)));
        assertThat(found)
                .isEqualTo(
                        List.of(
                                "INPUT | model.json |  | weights are in group1-shard1of2.bin: Loom.load needs all files of the model",
                                "INPUT | model.json |  | weights are in group1-shard1of2.bin: Loom.load needs all files of the model",
                                "INPUT |  |  | none of the files group1-shard2of2.bin, group1-shard1of2.bin is a model",
                                "MODEL | model.json | $.modelTopology | layers that are not supported: Lambda at \"f\"",
                                "MODEL | model.json | $.weightsManifest[0].paths[1] | expected the name of a file beside this one, found \"../../secret.bin\"",
                                "MODEL | model.json | $.modelTopology.config.layers[0].config | weight \"c/kernel\" is [3,3,2,3], which does not fit the layer"));
    }

    /** The whole picture, which takes the JVM too long, is compared with the one that came with the network; its bits in a corner with the JVM's. */
    @Test
    void doublesAPicture() throws IOException {
        assumeTrue(Files.exists(UPSCALER.resolve("result.png")), "data/upscaler.sh fetches it");
        byte[] json = Files.readAllBytes(UPSCALER.resolve("model.json"));
        byte[] weights = Files.readAllBytes(UPSCALER.resolve("group1-shard1of1.bin"));
        serve("model.json", json);
        serve("group1-shard1of1.bin", weights);
        openApi();
        float[] x = pixels("fixture.png", SIDE, SIDE);
        float[] corner = pixels("fixture.png", SIDE, 16);
        List<?> found = (List<?>) evaluate("""
                const run = async (side, x, backend) => {
                    const model = await Loom.load('/tfjs/model.json', {dimensions: {'LR[1]': side, 'LR[2]': side}, backend});
                    return model.run(floats(x));
                };
                const whole = await run(128, given.x, 'wasm');
                const corner = [hex(await run(16, given.corner, 'wasm')), hex(await run(16, given.corner, 'webgpu'))];
                return [btoa(Array.from(new Uint8Array(whole.buffer), (b) => String.fromCharCode(b)).join('')), ...corner];
                """, Map.of("x", Bits.base64(x), "corner", Bits.base64(corner)));

        float[] expected = pixels("result.png", 2 * SIDE, 2 * SIDE);
        float[] y = FloatBytes.floats(Base64.getDecoder().decode((String) found.get(0)));
        assertThat(y).hasSize(expected.length);
        for (int i = 0; i < y.length; i++) {
            float shown = Math.max(0, Math.min(255, y[i]));
            if (Math.abs(shown - expected[i]) > 0.501f) {
                assertThat(shown).as("value %s", i).isCloseTo(expected[i], within(0.501f));
            }
        }
        OnnxOptions sixteen = new OnnxOptions(Map.of("LR[1]", 16, "LR[2]", 16), Map.of());
        try (OnJvm jvm = new OnJvm(model(new String(json, StandardCharsets.UTF_8), weights, sixteen))) {
            String bits = Bits.hex(jvm.run(corner));
            assertThat(found.subList(1, 3)).isEqualTo(List.of(bits, bits));
        }
    }

    /** The left upper {@code side} of a picture. */
    private static float[] pixels(String file, int width, int side) throws IOException {
        BufferedImage image = ImageIO.read(UPSCALER.resolve(file).toFile());
        assertThat(image.getWidth()).isEqualTo(width);
        float[] x = new float[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            int rgb = image.getRGB(i % side, i / side);
            for (int c = 0; c < 3; c++) {
                x[3 * i + c] = rgb >> (16 - 8 * c) & 255;
            }
        }
        return x;
    }
}
