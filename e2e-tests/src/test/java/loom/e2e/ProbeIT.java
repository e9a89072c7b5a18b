package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A GPU that computes wrongly is found out before it runs a model: the shaders are changed on their way to it, and the model must
 * run on WebAssembly, say why, and give the JVM's bits.
 */
class ProbeIT extends BrowserTest {
    private static final float[] X = Digits.of(0, 3);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            blocks of 64 in products         | 128u                                        | 64u
            lanes added in another order     | var half = 16u; half > 0u; half >>= 1u      | var half = 1u; half < 32u; half <<= 1u
            traps that nobody sees           | atomicMax(&trap, s[0].x);                   | ''
            shaders that do not compile      | fn main(                                    | fn main((
            """)
    void catchesWrongShaders(String what, String from, String to) {
        List<?> found = run(from, to);
        assertThat(found.get(0)).as("machine for " + what).isEqualTo("wasm");
        assertThat((String) found.get(1)).contains("WebGPU");
        assertThat(found.get(2)).isEqualTo(onJvm());
        assertThat((int) found.get(3)).as("changed shaders").isPositive();
        // Of a shader that does not compile the browser complains by itself.
        takeComplaints();
    }

    @Test
    void trustsRightShaders() {
        List<?> found = run("nothing of this kind", "");
        assertThat(found.get(0)).as("machine").isEqualTo(Machines.WEBGPU);
        assertThat(found.get(2)).isEqualTo(onJvm());
        assertThat((int) found.get(3)).as("changed shaders").isZero();
    }

    /** As on a GPU, so in all tiles: a browser that does not say that its processor does the work. */
    @Test
    void trustsRightShadersOfEveryTile() {
        page().addInitScript("""
                for (const name of ['vendor', 'architecture', 'device', 'description', 'isFallbackAdapter']) {
                    Object.defineProperty(GPUAdapterInfo.prototype, name, {get: () => (name === 'isFallbackAdapter' ? false : 'hidden')});
                }
                """);
        List<?> found = run("nothing of this kind", "");
        assertThat(found.get(0)).as("machine").isEqualTo(Machines.WEBGPU);
        assertThat((String) found.get(1))
                .startsWith("WebGPU on hidden hidden hidden gives the reference machine's bits")
                .doesNotContain("refused");
        assertThat(found.get(2)).isEqualTo(onJvm());
    }

    /** Packed dot products are a faster way among others: a device may go without. */
    @Test
    void goesWithoutWrongDotProducts() {
        List<?> found = run("dot4I8Packed(", "-dot4I8Packed(");
        assertThat(found.get(0)).as("machine").isEqualTo(Machines.WEBGPU);
        assertThat((String) found.get(1)).contains("a faster matmul was refused: matmul is wrong");
        assertThat(found.get(2)).isEqualTo(onJvm());
        assertThat((int) found.get(3)).as("changed shaders").isPositive();
    }

    private List<?> run(String from, String to) {
        page().addInitScript("""
                globalThis.changed = 0;
                globalThis.sabotage = [];
                const {createShaderModule} = GPUDevice.prototype;
                GPUDevice.prototype.createShaderModule = function (descriptor) {
                    const code = descriptor.code.replaceAll(...globalThis.sabotage);
                    globalThis.changed += code === descriptor.code ? 0 : 1;
                    return createShaderModule.call(this, {...descriptor, code});
                };
                """);
        openApi();
        return (List<?>) evaluate("""
                globalThis.sabotage = [given.from, given.to];
                const model = await Loom.load(new Blob([given.file]), {backend: 'webgpu', thread: 'page'});
                return [model.backend, model.why, hex(await model.run(floats(given.x))), globalThis.changed];
                """, Map.of("from", from, "to", to, "file", Digits.MODEL, "x", Bits.base64(X)));
    }

    private static String onJvm() {
        try (OnJvm jvm = OnJvm.of(Digits.MODEL)) {
            return Bits.hex(jvm.run(X));
        }
    }
}
