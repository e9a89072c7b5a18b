package loom.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;

/** The members of the page API, from the file that pages read when they ask for them. */
record ApiMembers(String json) {
    private static final String FILE = "/META-INF/resources/loom/loom-api.js";
    private static final String BEFORE = "globalThis.LoomApi = ";

    /** A member: its name with its type's, its signature as in loom.d.ts, and what it does. */
    record One(String name, String signature, String doc) {
        @Override
        public String toString() {
            return "api " + name + ": " + doc + "\n  " + signature + "\n";
        }
    }

    static ApiMembers read() {
        try (InputStream in = ApiMembers.class.getResourceAsStream(FILE)) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String list = script.substring(script.indexOf(BEFORE) + BEFORE.length(), script.lastIndexOf(",\n]"));
            return new ApiMembers(list + "\n]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<One> all() {
        List<One> all = new ArrayList<>();
        for (Cursor c : Cursor.parse(FILE, json).elements()) {
            all.add(new One(
                    c.member("name").string(),
                    c.member("signature").string(),
                    c.member("doc").string()));
        }
        return all;
    }
}
