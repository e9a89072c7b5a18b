package loom.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/** Tokens and their ids. */
final class Vocabulary {
    static final int MAX_ID = (1 << 24) - 1;

    private final LinkedHashMap<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> tokens = new ArrayList<>();

    static Vocabulary read(Cursor c) {
        Vocabulary v = new Vocabulary();
        List<String> keys = c.keys();
        // Ids may have gaps, but not so many that a small file could fill the memory.
        int limit = Math.min(MAX_ID, 16 * keys.size() + 1024);
        for (String token : keys) {
            Cursor at = c.member(token);
            int id = at.whole(0, limit);
            while (v.tokens.size() <= id) {
                v.tokens.add("");
            }
            if (!v.tokens.get(id).isEmpty()) {
                throw at.error(Code.KEY, "id " + id + " is there twice", "");
            }
            v.tokens.set(id, token);
            v.ids.put(token, id);
        }
        return v;
    }

    /** A token's id is its place; of equal ones the last is found. */
    static Vocabulary of(List<String> tokens) {
        Vocabulary v = new Vocabulary();
        for (String token : tokens) {
            v.ids.put(token, v.tokens.size());
            v.tokens.add(token);
        }
        return v;
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The token of an id; empty for none. */
    String token(int id) {
        return id < 0 || id >= tokens.size() ? "" : tokens.get(id);
    }

    /** All tokens by their letters. */
    String[] sorted() {
        String[] all = ids.keySet().toArray(new String[0]);
        Arrays.sort(all);
        return all;
    }

    int size() {
        return tokens.size();
    }
}
