package loom.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step that makes the npm package. */
class NpmPackageTest {
    private static final int BLOCK = 512;

    @TempDir
    Path folder;

    @Test
    void theArchiveHoldsTheFolder() throws Exception {
        pack("1.2.3-beta", folder);

        assertThat(untar(folder.resolve("dev-loom-loom-1.2.3-beta.tgz"))).isEqualTo(files(folder.resolve("package")));
        assertThat(text("package.json")).contains("\"version\": \"1.2.3-beta\"");
        assertThat(text("LICENSE")).contains("Apache License");
    }

    @Test
    void theSameSourcesGiveTheSameBytes() throws Exception {
        pack("1.0.0", folder.resolve("a"));
        pack("1.0.0", folder.resolve("b"));
        assertThat(folder.resolve("a/dev-loom-loom-1.0.0.tgz"))
                .hasSameBinaryContentAs(folder.resolve("b/dev-loom-loom-1.0.0.tgz"));
    }

    @Test
    void everyFileThatTheModuleNamesIsThere() throws Exception {
        pack("1.0.0", folder);
        Matcher named = Pattern.compile("new URL\\('\\./([^']+)', import\\.meta\\.url\\)")
                .matcher(text("loom.mjs"));
        int count = 0;
        while (named.find()) {
            assertThat(folder.resolve("package").resolve(named.group(1))).isNotEmptyFile();
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(9);
        assertThat(files(folder.resolve("package")).keySet())
                .contains("loom.js", "loom.mjs", "loom.d.ts", "loom-node.mjs", "README.md")
                .noneMatch(name -> name.endsWith(".br") || name.endsWith(".gz"));
    }

    /**
     * Vite's development server puts an import of its own into every file that has import() of more than a name in quotes: then Workers and pages, which take
     * these as classic scripts, refuse them.
     */
    @Test
    void scriptsOfWorkersImportOnlyByName() throws Exception {
        pack("1.0.0", folder);
        TreeMap<String, String> files = files(folder.resolve("package"));
        files.keySet().removeIf(name -> !name.matches("loom-.*\\.js"));
        assertThat(files).containsKeys("loom-engine.js", "loom-compiled.js", "loom-train.js", "loom-text.js");
        files.forEach((name, text) -> assertThat(text).as(name).doesNotContainPattern("\\bimport\\((?!'[^']+'\\))"));
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve("package").resolve(file));
    }

    private static void pack(String version, Path out) throws Exception {
        Process build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "src/build/java/NpmPackage.java",
                        "target/classes/META-INF/resources/loom",
                        "src/main/npm",
                        "../LICENSE",
                        version,
                        out.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(said).isZero();
    }

    /** Names and contents as text of one byte a character. */
    private static TreeMap<String, String> files(Path folder) throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    private static TreeMap<String, String> untar(Path archive) throws IOException {
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(archive))).readAllBytes();
        TreeMap<String, String> files = new TreeMap<>();
        int at = 0;
        while (tar[at] != 0) {
            assertThat(checksum(tar, at)).isEqualTo(octal(tar, at + 148, 6));
            int size = octal(tar, at + 124, 11);
            String name = new String(tar, at, 100, StandardCharsets.US_ASCII).trim();
            assertThat(name).startsWith("package/");
            files.put(
                    name.substring("package/".length()),
                    new String(tar, at + BLOCK, size, StandardCharsets.ISO_8859_1));
            at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        assertThat(tar.length - at).as("two blocks of zeros at the end").isEqualTo(2 * BLOCK);
        return files;
    }

    /** With its own eight bytes as spaces. */
    private static int checksum(byte[] tar, int at) {
        byte[] header = Arrays.copyOfRange(tar, at, at + BLOCK);
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        return sum;
    }

    private static int octal(byte[] tar, int at, int digits) {
        return Integer.parseInt(new String(tar, at, digits, StandardCharsets.US_ASCII), 8);
    }
}
