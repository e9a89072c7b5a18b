package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loom.e2e.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark without a browser, as far as that needs no GPU: the same scripts with Loom's WebAssembly. */
class GpuFolderIT {
    private static final String ROW = "\\| bundled digit model, batch 1 \\| ";
    private static final String TIME = "[0-9.]+ \\([0-9.]+\\) \\| ";

    @TempDir
    Path temporary;

    private Path written() throws Exception {
        Path folder = temporary.resolve("folder");
        GpuFolder.write(Path.of(".."), folder, List.of(new DigitsWorkload()), Contest.WASM);
        return folder;
    }

    private static String compare(Path folder) throws Exception {
        return Node.run(folder, "gpu.mjs", "--rounds", "2", "--engines", "loom,loom-in-page");
    }

    @Test
    void enginesTakeTurnsInNodeAndBitsAreCompared() throws Exception {
        Path folder = written();
        assertThat(compare(folder)).containsPattern(ROW + TIME + TIME + "– \\|");
        assertThat(Files.readString(folder.resolve("results.json"))).contains("\"sameBits\": true");
    }

    @Test
    void anotherBitIsAnError() throws Exception {
        Path folder = written();
        Path expected = folder.resolve("models/digits-expected.f32");
        byte[] bytes = Files.readAllBytes(expected);
        bytes[0] ^= 1;
        Files.write(expected, bytes);
        assertThatThrownBy(() -> compare(folder)).hasMessageContaining("| ERR Infinity | ERR Infinity |");
    }

    @Test
    void aFolderOfOthersIsLeftAlone() throws Exception {
        Files.writeString(temporary.resolve("note"), "mine");
        assertThatThrownBy(() -> GpuFolder.write(Path.of(".."), temporary, List.of(), Contest.WEBGPU))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(" is not empty");
    }
}
