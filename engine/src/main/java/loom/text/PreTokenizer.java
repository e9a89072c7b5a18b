package loom.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/** Cuts a text into pieces that no token reaches across: {@code pre_tokenizer} of a tokenizer.json. */
interface PreTokenizer {
    /** GPT-2's words: contractions, letters, numbers, others, each with a space before it, and spaces. */
    Regex GPT2 = Regex.of("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    PreTokenizer NONE = (piece, out) -> out.add(piece);

    /**
     * A piece of a text.
     *
     * @param first whether it stands at the start of the whole text
     */
    record Piece(String text, boolean first) {}

    void cut(Piece piece, List<Piece> out);

    static PreTokenizer read(Cursor c) {
        String type = c.member("type").string();
        return switch (type) {
            case "Sequence" -> sequence(c.member("pretokenizers"));
            case "ByteLevel" -> byteLevel(c);
            case "Split" ->
                splitting(
                        TextPattern.read(c.member("pattern")),
                        Behaviour.read(c.member("behavior")),
                        c.optional("invert").map(Cursor::flag).orElse(false));
            case "Whitespace" -> words();
            case "WhitespaceSplit" -> splitting(Regex.of("\\s")::split, Behaviour.REMOVED, false);
            case "Punctuation" ->
                splitting(
                        characters(Unicode.PUNCTUATION::has),
                        c.optional("behavior").map(Behaviour::read).orElse(Behaviour.ISOLATED),
                        false);
            case "Digits" ->
                splitting(
                        characters(Unicode.NUMBERS::has),
                        c.member("individual_digits").flag() ? Behaviour.ISOLATED : Behaviour.CONTIGUOUS,
                        false);
            case "BertPreTokenizer" ->
                both(
                        splitting(characters(Unicode::isSpace), Behaviour.REMOVED, false),
                        splitting(characters(Unicode.PUNCTUATION::has), Behaviour.ISOLATED, false));
            case "Metaspace" -> metaspace(c);
            default ->
                throw c.member("type")
                        .error(Code.UNSUPPORTED, "the pre-tokenizer \"" + type + "\" is not known here", "");
        };
    }

    /** Runs of letters and runs of others, without spaces. */
    private static PreTokenizer words() {
        TextPattern letters = characters(Unicode.RUST_WORDS::has);
        PreTokenizer runs = splitting(letters, Behaviour.CONTIGUOUS, false);
        return both(splitting(characters(Unicode::isSpace), Behaviour.REMOVED, false), runs);
    }

    private static PreTokenizer sequence(Cursor list) {
        PreTokenizer all = NONE;
        for (Cursor c : list.elements()) {
            all = both(all, read(c));
        }
        return all;
    }

    private static PreTokenizer both(PreTokenizer first, PreTokenizer second) {
        return (piece, out) -> {
            List<Piece> between = new ArrayList<>();
            first.cut(piece, between);
            for (Piece p : between) {
                second.cut(p, out);
            }
        };
    }

    private static PreTokenizer byteLevel(Cursor c) {
        boolean prefix = c.member("add_prefix_space").flag();
        boolean words = c.optional("use_regex").map(Cursor::flag).orElse(true);
        return (piece, out) -> {
            String text = prefix && !piece.text.startsWith(" ") ? " " + piece.text : piece.text;
            if (words) {
                GPT2.split(text, (part, isMatch) -> out.add(new Piece(ByteLetters.of(part), false)));
            } else {
                out.add(new Piece(ByteLetters.of(text), piece.first));
            }
        };
    }

    private static PreTokenizer metaspace(Cursor c) {
        Metaspace m = Metaspace.read(c);
        String mark = m.mark();
        String scheme = m.scheme();
        boolean split = c.optional("split").map(Cursor::flag).orElse(true);
        PreTokenizer cut = splitting(TextPattern.literal(mark), Behaviour.WITH_NEXT, false);
        return (piece, out) -> {
            String text = piece.text.replace(" ", mark);
            boolean wanted = scheme.equals("always") || scheme.equals("first") && piece.first;
            Piece marked = new Piece(wanted && !text.startsWith(mark) ? mark + text : text, piece.first);
            if (split) {
                cut.cut(marked, out);
            } else {
                out.add(marked);
            }
        };
    }

    /** Of what characters there are. */
    interface CharacterTest {
        boolean test(int c);
    }

    /** Every character that passes is a match of its own. */
    private static TextPattern characters(CharacterTest test) {
        return (text, to) -> {
            int from = 0;
            int i = 0;
            while (i < text.length()) {
                int c = text.codePointAt(i);
                int next = i + Character.charCount(c);
                if (test.test(c)) {
                    if (from < i) {
                        to.take(text.substring(from, i), false);
                    }
                    to.take(text.substring(i, next), true);
                    from = next;
                }
                i = next;
            }
            if (from < text.length()) {
                to.take(text.substring(from), false);
            }
        };
    }

    /** What becomes of a match. */
    enum Behaviour {
        REMOVED("Removed"),
        ISOLATED("Isolated"),
        WITH_PREVIOUS("MergedWithPrevious"),
        WITH_NEXT("MergedWithNext"),
        CONTIGUOUS("Contiguous");

        private final String label;

        Behaviour(String label) {
            this.label = label;
        }

        static Behaviour read(Cursor c) {
            for (Behaviour b : values()) {
                if (b.label.equals(c.string())) {
                    return b;
                }
            }
            throw c.expected("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
        }
    }

    private static PreTokenizer splitting(TextPattern pattern, Behaviour behaviour, boolean invert) {
        return (piece, out) -> {
            Parts parts = new Parts();
            pattern.split(piece.text, (part, isMatch) -> parts.add(part, isMatch != invert));
            boolean first = piece.first;
            for (String p : parts.joined(behaviour)) {
                out.add(new Piece(p, first));
                first = false;
            }
        };
    }

    /** The parts of a text, and which of them match. */
    final class Parts {
        private final List<String> texts = new ArrayList<>();
        private final List<Boolean> matches = new ArrayList<>();

        void add(String text, boolean isMatch) {
            texts.add(text);
            matches.add(isMatch);
        }

        List<String> joined(Behaviour behaviour) {
            List<String> out = new ArrayList<>();
            boolean backwards = behaviour == Behaviour.WITH_NEXT;
            boolean before = false;
            for (int k = 0; k < texts.size(); k++) {
                int i = backwards ? texts.size() - 1 - k : k;
                String t = texts.get(i);
                boolean isMatch = matches.get(i);
                int last = out.size() - 1;
                boolean join = switch (behaviour) {
                    case REMOVED, ISOLATED -> false;
                    case WITH_PREVIOUS, WITH_NEXT -> isMatch && !before && last >= 0;
                    case CONTIGUOUS -> isMatch == before && last >= 0;
                };
                before = isMatch;
                if (join) {
                    out.set(last, backwards ? t + out.get(last) : out.get(last) + t);
                } else if (behaviour != Behaviour.REMOVED || !isMatch) {
                    out.add(t);
                }
            }
            if (backwards) {
                Collections.reverse(out);
            }
            return out;
        }
    }
}
