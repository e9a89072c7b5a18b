package loom.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;

/** The recorded models of the Go engine, from the engine's tests. */
record Golden(String name, Cursor model, float[] input) {
    /** The whole file: {@code {"cases": [{"name", "model", "input", ...}]}}. */
    static final String FILE = new String(Resources.bytes("go-engine/golden.json"), StandardCharsets.UTF_8);

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
