package loom.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import loom.format.Cursor;
import loom.format.ModelReader;
import loom.format.TensorJson;
import loom.model.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documents show is so. A comment before a block of code says what it is: {@code file: NAME} and {@code model: NAME} are files,
 * {@code run} are commands, which must succeed, {@code java} is a program that needs the engine alone.
 */
class DocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern SNIPPET =
            Pattern.compile("(?m)^<!-- (file|model|run|java)(?:: (\\S+))? -->\\n```\\w*\\n([\\s\\S]*?)\\n```$");
    private static final Pattern FILE = Pattern.compile("[\\w-]+\\.(json|csv|wasm)");

    @TempDir
    Path folder;

    private record Snippet(String kind, String name, String text) {
        static List<Snippet> of(Path document) {
            try {
                List<Snippet> all = new ArrayList<>();
                Matcher m = SNIPPET.matcher(Files.readString(document));
                while (m.find()) {
                    all.add(new Snippet(m.group(1), m.group(2) == null ? "" : m.group(2), m.group(3)));
                }
                return all;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static List<String> documents() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            return files.filter(file ->
                            file.toString().endsWith(".md") && !Snippet.of(file).isEmpty())
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void itsSnippetsWork(String document) throws Exception {
        List<Snippet> snippets = Snippet.of(DOCS.resolve(document));
        for (Snippet s : snippets) {
            if (s.kind.equals("file") || s.kind.equals("model")) {
                Files.writeString(folder.resolve(s.name), s.text);
            }
            if (s.kind.equals("model")) {
                ModelReader.read(s.name, s.text);
            }
        }
        for (Snippet s : snippets) {
            if (s.kind.equals("run")) {
                s.text.lines().forEach(this::run);
            }
            if (s.kind.equals("java")) {
                assertThat(compiledAndRun(s.text).lines()).containsExactly("false", "true", "true", "false");
            }
        }
    }

    @Test
    void theTutorialsNetworkLearns() throws Exception {
        itsSnippetsWork("tutorial.md");
        float[] y = TensorJson.read(Cursor.parse("y.json", Files.readString(folder.resolve("y.json"))))
                .values();
        boolean[] expected = {false, true, true, false};
        for (int sample = 0; sample < 4; sample++) {
            assertThat(y[2 * sample + 1] > 0.9f).as("sample " + sample).isEqualTo(expected[sample]);
        }
    }

    @Test
    void everyExitStatusIsExplained() throws Exception {
        String text = Files.readString(DOCS.resolve("command-line.md"));
        for (int status : new int[] {ExitStatus.OK, ExitStatus.DIFFERS, ExitStatus.REFUSED, ExitStatus.BROKEN}) {
            assertThat(text).contains("\n| " + status + " | ");
        }
        assertThat(documents()).contains("command-line.md", "java.md", "tutorial.md");
    }

    /** Files of a command are in the folder. */
    private void run(String line) {
        assertThat(line).startsWith("./loom ");
        List<Object> words = new ArrayList<>();
        for (String word : line.substring("./loom ".length()).split(" +", -1)) {
            words.add(FILE.matcher(word).matches() ? folder.resolve(word) : word);
        }
        Cli said = Cli.loom(words.toArray());
        assertThat(said.status()).as(line + ": " + said.err()).isZero();
    }

    private String compiledAndRun(String program) throws Exception {
        Path engine = Path.of(
                Model.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path source = Files.writeString(folder.resolve("QuickStart.java"), program);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", engine.toString(), "-Xlint:all", "-Werror", source.toString());
        assertThat(status).as("javac").isZero();
        Path out = folder.resolve("out.txt");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder + File.pathSeparator + engine,
                        "QuickStart")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(java.waitFor()).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }
}
