package loom.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A catalogue of bad files: each has its exact error beside it, in a file of the same name. */
class BadFilesTest {
    private static final Path FOLDER = folder();

    private static Path folder() {
        try {
            return Path.of(BadFilesTest.class.getResource("/bad").toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void givesItsError(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(FOLDER.resolve(name));
        Path error = FOLDER.resolve(name.replace(".json", ".error"));
        ModelException e = assertThrows(ModelException.class, () -> {
            if (name.startsWith("input-")) {
                TensorJson.read(name, bytes);
            } else {
                ModelReader.read(name, bytes);
            }
        });
        assertEquals(Files.readString(error), e.code() + "\n" + e.getMessage() + "\n");
        assertEquals(name, e.file());
    }

    @Test
    void theCatalogueIsThere() throws IOException {
        assertTrue(names().size() > 80, names().size() + " files");
    }
}
