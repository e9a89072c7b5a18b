package loom.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;

/** The recorded models of the Go engine, from the engine's tests. */
record Golden(String name, Cursor model, float[] input) {
    /** The whole file: {@code {"cases": [{"name", "model", "input", ...}]}}. */
    static final String FILE = read();

    private static String read() {
        try (InputStream in = Golden.class.getResourceAsStream("/go-engine/golden.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Golden> all() {
        List<Golden> all = new ArrayList<>();
        for (Cursor c : Cursor.parse("golden.json", FILE).member("cases").elements()) {
            all.add(new Golden(
                    c.member("name").string(),
                    c.member("model"),
                    c.member("input").reals()));
        }
        return all;
    }
}
