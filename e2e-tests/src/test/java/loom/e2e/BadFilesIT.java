package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The engine's catalogue of bad files, loaded in the browser: the same errors, and a model loaded before works on. */
class BadFilesIT extends BrowserTest {
    @Test
    void giveTheErrorsOfTheCatalogue() throws Exception {
        TreeMap<String, String> expected = new TreeMap<>();
        TreeMap<String, String> files = new TreeMap<>();
        for (Path file : catalogue()) {
            String name = file.getFileName().toString();
            files.put(name, Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            String error = Files.readString(file.resolveSibling(name.replace(".json", ".error")));
            // The first line is a code of the engine's own.
            expected.put(
                    name,
                    "LoomError MODEL "
                            + error.substring(error.indexOf('\n') + 1).strip());
        }
        assertThat(files).hasSizeGreaterThan(60);
        openApi();

        List<?> answer = (List<?>)
                evaluate("""
                const model = await Loom.load(new Blob([given.file]));
                const found = {};
                for (const [name, base64] of Object.entries(given.files)) {
                    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
                    found[name] = await Loom.load(new File([bytes], name)).then(() => 'loaded', (e) => {
                        const place = [e.file, e.path, e.layer].filter((part) => part).map((part) => `${part}: `);
                        return `${e.name} ${e.code} ${place.join('')}${e.message}${e.hint ? `; ${e.hint}` : ''}`;
                    });
                }
                return [found, hex(await model.run(floats(given.x)))];
                """, Map.of("file", Models.ACTIVATIONS, "files", files, "x", Bits.base64(Models.input(20))));

        TreeMap<String, String> found = new TreeMap<>();
        ((Map<?, ?>) answer.get(0)).forEach((name, text) -> found.put((String) name, (String) text));
        assertThat(found).containsExactlyEntriesOf(expected);
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            assertThat(answer.get(1)).as("the model loaded before").isEqualTo(Bits.hex(jvm.run(Models.input(20))));
        }
    }

    /** The files of models; those whose name starts with input- are tensors. */
    private static List<Path> catalogue() throws IOException, URISyntaxException {
        Path folder = Path.of(BadFilesIT.class.getResource("/bad").toURI());
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> f.toString().endsWith(".json")
                            && !f.getFileName().toString().startsWith("input-"))
                    .toList();
        }
    }
}
