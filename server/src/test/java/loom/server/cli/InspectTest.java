package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import loom.format.Cursor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
    @TempDir
    private Path dir;

    private Path model;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
    }

    @Test
    void showsGridShapesParametersAndDigests() {
        Cli result = loom("inspect", model);
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("file        " + model + ", loom 1\n")
                .contains("grid        1 by 1\n")
                .contains("  cell 0,0 layer 0 dense: [2] -> [2]\n")
                .contains("0.0.0.kernel [2,2], 4 values\n")
                .contains("parameters  6 values, 24 bytes\n")
                .contains("memory      ")
                .doesNotContain("rounded", "note", "buffer");
    }

    @Test
    void saysWhatHappenedToTheFile() throws Exception {
        Path rounded = file(dir, "r.json", Cli.MODEL.replace("AAAAPwAAAL8=", "AQAAAAAAAL8="));
        assertThat(loom("inspect", rounded).out()).contains("rounded     1 of 6 values in the file\n");
        int from = Cli.MODEL.indexOf(", \"parameters\"");
        String without = Cli.MODEL.substring(0, from) + Cli.MODEL.substring(Cli.MODEL.indexOf("}}}") + 2);
        assertThat(loom("inspect", file(dir, "w.json", without)).out())
                .contains("note        no parameters in the file: initialised from seed 3\n");
    }

    @Test
    void listsTheProgram() {
        assertThat(loom("inspect", model, "--program").out()).contains("matmul", "buffer b0 f32[N,2] input \"input\"");
    }

    @Test
    void writesJson() {
        Cursor file = Cursor.parse("out", loom("inspect", model, "--json").out());
        assertThat(file.member("format").string()).isEqualTo("loom 1");
        Cursor json = file.member("model");
        assertThat(json.member("parameters").whole(0, 100)).isEqualTo(6);
        assertThat(json.member("digest").string()).hasSize(64);
        assertThat(json.member("layers").elements()).hasSize(2);
        assertThat(json.member("layers").elements().get(0).member("parameters").elements())
                .hasSize(2);
        assertThat(json.member("program").member("listing").string()).contains("matmul");
    }

    /** One matmul of 2 by 2 and its bias; the numbers are those of {@code FootprintTest}, which runs what is foretold. */
    @Test
    void saysWhatEveryMachineTakes() throws Exception {
        assertThat(loom("inspect", model).out())
                .contains("weights     2 as f32, 24 bytes\n", "kernels     1 matmul, ", "on reference ", "on parallel ")
                .containsPattern("on wasm     65536 bytes for one sample, 65536 for 64; \\d+ bytes of code")
                .containsPattern(
                        "on webgpu   \\d+ bytes for one sample, \\d+ for 64; \\d+ dispatches a run; \\d+ shaders\n");
        Path int8 = dir.resolve("int8.json");
        loom("convert", model, int8, "--quantise", "bf16");
        assertThat(loom("inspect", int8).out()).contains("weights     1 as bf16, 8 bytes; 1 as f32, 8 bytes\n");
        Cursor card = Cursor.parse(
                        "out",
                        loom("inspect", model, "--json", "--batch", 100_000_000).out())
                .member("card");
        assertThat(card.member("batch").whole(0, 1 << 30)).isEqualTo(100_000_000);
        Cursor wasm = card.member("machines").elements().get(2);
        assertThat(wasm.member("machine").string()).isEqualTo("wasm");
        assertThat(wasm.member("oneSample").member("bytes").whole(0, 1 << 30)).isEqualTo(65_536);
        assertThat(wasm.member("batch").member("obstacle").string())
                .isEqualTo("the program needs more than the 2147418112 bytes that WebAssembly memory can have");
        assertThat(loom("inspect", model, "--batch", 0).err())
                .isEqualTo("loom: --batch: expected at least 1, found 0\n");
    }

    /** The same network written in another way is the same model. */
    @Test
    void theDigestIsTheModelsAndNotTheFiles() throws Exception {
        Path other = file(dir, "other.json", Cli.MODEL.replace(" ", "").replace("\"layers\":[{", "\"layers\":[\n{"));
        assertThat(digest(other)).isEqualTo(digest(model));
        Path different = file(dir, "different.json", Cli.MODEL.replace("AAAAPwAAAL8=", "AAAAPwEAAL8="));
        assertThat(digest(different)).isNotEqualTo(digest(model));
    }

    private static String digest(Path file) {
        return Cursor.parse("out", loom("inspect", file, "--json").out())
                .member("model")
                .member("digest")
                .string();
    }
}
