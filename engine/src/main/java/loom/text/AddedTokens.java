package loom.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/** Tokens that stand in a text as they are, and are found before it is cut: {@code added_tokens} of a tokenizer.json. */
final class AddedTokens {
    /**
     * @param word found only where no letters join it
     * @param left takes the spaces before it, too
     * @param right takes the spaces after it, too
     * @param normalized looked for in the normalised text
     * @param special left out when text is made of ids
     */
    record Added(
            int id, String content, boolean word, boolean left, boolean right, boolean normalized, boolean special) {}

    /** A part of a text, or a token. */
    record Part(String text, boolean first, Optional<Added> token) {}

    private final LinkedHashMap<Integer, Added> byId = new LinkedHashMap<>();
    /** By their first character, long ones first. */
    private final LinkedHashMap<Character, List<Added>> raw = new LinkedHashMap<>();

    private final LinkedHashMap<Character, List<Added>> normal = new LinkedHashMap<>();

    AddedTokens(Optional<Cursor> list, Normalizer normalizer) {
        if (list.isEmpty()) {
            return;
        }
        for (Cursor c : list.get().elements()) {
            Added a = new Added(
                    c.member("id").whole(0, Vocabulary.MAX_ID),
                    c.member("content").string(),
                    flag(c, "single_word"),
                    flag(c, "lstrip"),
                    flag(c, "rstrip"),
                    flag(c, "normalized"),
                    flag(c, "special"));
            if (byId.put(a.id, a) != null) {
                throw c.member("id").error(Code.KEY, "id " + a.id + " is there twice", "");
            }
            String sought = a.normalized ? normalizer.apply(a.content) : a.content;
            if (!sought.isEmpty()) {
                Added with = new Added(a.id, sought, a.word, a.left, a.right, a.normalized, a.special);
                List<Added> same =
                        (a.normalized ? normal : raw).computeIfAbsent(sought.charAt(0), k -> new ArrayList<>());
                same.add(with);
                same.sort((x, y) -> y.content.length() - x.content.length());
            }
        }
    }

    private static boolean flag(Cursor c, String key) {
        return c.optional(key).map(Cursor::flag).orElse(false);
    }

    Optional<Added> of(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<Added> of(String content) {
        for (Added a : byId.values()) {
            if (a.content.equals(content)) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }

    int size() {
        int size = 0;
        for (int id : byId.keySet()) {
            size = Math.max(size, id + 1);
        }
        return size;
    }

    /** The parts of a text between the tokens that stand in it, normalised, and the tokens. */
    List<Part> split(String text, Normalizer normalizer) {
        List<Part> first = new ArrayList<>();
        split(text, true, raw, first);
        List<Part> all = new ArrayList<>();
        for (Part p : first) {
            if (p.token.isPresent()) {
                all.add(p);
            } else {
                split(normalizer.apply(p.text), p.first, normal, all);
            }
        }
        return all;
    }

    private static void split(
            String text, boolean first, LinkedHashMap<Character, List<Added>> tokens, List<Part> out) {
        int from = 0;
        int at = 0;
        while (at < text.length()) {
            Optional<Added> found = longest(text, at, tokens);
            if (found.isEmpty()) {
                at++;
                continue;
            }
            Added a = found.get();
            int end = at + a.content.length();
            if (a.word && (endsWithWord(text, at) || startsWithWord(text, end))) {
                at = end;
                continue;
            }
            int start = at;
            while (a.left && start > from && Unicode.isSpace(text.charAt(start - 1))) {
                start--;
            }
            while (a.right && end < text.length() && Unicode.isSpace(text.charAt(end))) {
                end++;
            }
            if (from < start) {
                out.add(new Part(text.substring(from, start), first && from == 0, Optional.empty()));
            }
            out.add(new Part("", false, found));
            from = end;
            at = end;
        }
        if (from < text.length()) {
            out.add(new Part(text.substring(from), first && from == 0, Optional.empty()));
        }
    }

    private static Optional<Added> longest(String text, int at, LinkedHashMap<Character, List<Added>> tokens) {
        for (Added a : tokens.getOrDefault(text.charAt(at), List.of())) {
            if (text.startsWith(a.content, at)) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }

    private static boolean endsWithWord(String text, int at) {
        return at > 0 && Unicode.RUST_WORDS.has(text.codePointBefore(at));
    }

    private static boolean startsWithWord(String text, int at) {
        return at < text.length() && Unicode.RUST_WORDS.has(text.codePointAt(at));
    }
}
