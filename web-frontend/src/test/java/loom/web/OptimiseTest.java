package loom.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The build step that makes modules smaller: when it asks wasm-opt, and what it takes without asking. A script stands for wasm-opt here. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is a shell's")
class OptimiseTest {
    @TempDir
    Path folder;

    private Path module;
    private Path classes;
    private Path calls;

    @BeforeEach
    void write() throws IOException {
        module = Files.writeString(folder.resolve("a.wasm"), "large");
        classes = Files.createDirectory(folder.resolve("classes"));
        Files.writeString(classes.resolve("A.class"), "first");
        calls = Files.writeString(folder.resolve("calls"), "");
    }

    /** Puts "small" before what it reads, and counts its calls. */
    private Path wasmOpt(int version) throws IOException {
        String script = """
                #!/bin/sh
                if [ "$1" = --version ]; then echo "wasm-opt version %d"; exit; fi
                echo call >> '%s'
                while [ "$1" != -o ]; do in=$1; shift; done
                grep -q broken "$in" && { echo "what is wrong"; exit 1; }
                { printf 'small '; cat "$in"; } > "$2"
                """.formatted(version, calls);
        Path file = Files.writeString(folder.resolve("wasm-opt-" + version), script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** What the step says; its modules are a.wasm and one that is not there. */
    private String optimise(String mode, String wasmOpt, int status) throws Exception {
        ProcessBuilder step = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "src/build/java/Optimise.java",
                        mode,
                        "src/build/wasm-opt",
                        folder.resolve("kept").toString(),
                        classes + ",src/build/wasm-opt/package.json",
                        module.toString(),
                        folder.resolve("missing.wasm").toString())
                .redirectErrorStream(true);
        step.environment().put("WASM_OPT", wasmOpt);
        Process process = step.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output;
    }

    @Test
    void whatWasMadeOnceIsKept() throws Exception {
        String tool = wasmOpt(132).toString();
        assertThat(optimise("kept", tool, 0)).isEmpty();
        assertThat(module).hasContent("large");

        assertThat(optimise("run", tool, 0)).contains("a.wasm: 5 bytes became 11");
        assertThat(module).hasContent("small large");

        Files.writeString(module, "largo"); // the same, in another order
        assertThat(optimise("kept", tool, 0)).isEmpty();
        assertThat(module).hasContent("small large");
        assertThat(optimise("run", tool, 0)).isEmpty();
        assertThat(calls).hasContent("call");

        Files.writeString(classes.resolve("A.class"), "second");
        Files.writeString(module, "other");
        optimise("kept", tool, 0);
        assertThat(module).hasContent("other");
        optimise("run", tool, 0);
        assertThat(module).hasContent("small other");
        assertThat(Files.readAllLines(calls)).isEqualTo(List.of("call", "call"));
    }

    @Test
    void withoutWasmOptALineSaysSo() throws Exception {
        for (String tool :
                List.of(wasmOpt(131).toString(), folder.resolve("none").toString())) {
            assertThat(optimise("run", tool, 0))
                    .contains("WASM_OPT is set to " + tool)
                    .contains("stay a tenth larger");
            assertThat(module).hasContent("large");
        }
    }

    @Test
    void aModuleThatWasmOptRefusesEndsTheBuild() throws Exception {
        Files.writeString(module, "broken");
        assertThat(optimise("run", wasmOpt(132).toString(), 1)).contains("what is wrong");
        assertThat(module).hasContent("broken");
    }
}
