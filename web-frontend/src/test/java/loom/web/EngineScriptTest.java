package loom.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step that makes loom-engine.js. */
class EngineScriptTest {
    private static final Path BUILT = Path.of("target/classes/META-INF/resources/loom");
    private static final Path SOURCES = Path.of("src/main/js");

    @TempDir
    Path folder;

    @Test
    void nothingInTheScriptTurnsTextIntoCode() throws IOException {
        String script = Files.readString(BUILT.resolve("loom-engine.js"))
                .replaceAll("(?m)//.*$", "")
                .replaceAll("(?s)/\\*.*?\\*/", "");
        assertThat(script).doesNotContainPattern("new\\s+Function|\\beval\\s*\\(");
        assertThat(script).contains("function jsBodies(");
    }

    @Test
    void anImportThatIsNotApprovedEndsTheBuild() throws Exception {
        Path list = folder.resolve("approved.txt");
        List<String> approved = new ArrayList<>(Files.readAllLines(SOURCES.resolve("approved-imports.txt")));
        assertThat(approved.remove("teavmJso.defineFunction")).isTrue();
        Files.write(list, approved);

        Process build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "src/build/java/EngineScript.java",
                        BUILT.resolve("loom.wasm").toString(),
                        list.toString(),
                        folder.resolve("out.js").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(build.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(build.waitFor()).isNotZero();
        assertThat(output).contains("teavmJso.defineFunction").contains("does not allow");
        assertThat(folder.resolve("out.js")).doesNotExist();
    }

    @Test
    void numbersComeFromTheEngineAlone() throws IOException {
        assertThat(Files.readAllLines(SOURCES.resolve("approved-imports.txt")))
                .filteredOn(name -> name.startsWith("teavmMath"))
                .containsExactly("teavmMath.ceil", "teavmMath.floor", "teavmMath.sqrt");
    }
}
