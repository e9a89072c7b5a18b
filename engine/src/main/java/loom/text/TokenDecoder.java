package loom.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/** From tokens back to text: {@code decoder} of a tokenizer.json. The parts that come out are joined. */
interface TokenDecoder {
    List<String> apply(List<String> tokens);

    /** Without a decoder tokens are words. */
    TokenDecoder WORDS = tokens -> List.of(String.join(" ", tokens));

    static TokenDecoder read(Cursor c) {
        String type = c.member("type").string();
        return switch (type) {
            case "Sequence" -> sequence(c.member("decoders"));
            case "ByteLevel" -> TokenDecoder::bytes;
            case "ByteFallback" -> TokenDecoder::fallback;
            case "Fuse" -> tokens -> List.of(String.join("", tokens));
            case "Replace" -> {
                Normalizer n = Normalizer.replacement(c);
                yield tokens -> each(tokens, (t, i) -> n.apply(t));
            }
            case "Strip" -> strip(c);
            case "WordPiece" -> wordPiece(c);
            case "Metaspace" -> metaspace(c);
            default ->
                throw c.member("type").error(Code.UNSUPPORTED, "the decoder \"" + type + "\" is not known here", "");
        };
    }

    /** What becomes of token number i. */
    interface Change {
        String of(String token, int i);
    }

    private static List<String> each(List<String> tokens, Change change) {
        List<String> out = new ArrayList<>(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            out.add(change.of(tokens.get(i), i));
        }
        return out;
    }

    private static TokenDecoder sequence(Cursor list) {
        List<TokenDecoder> all = new ArrayList<>();
        for (Cursor c : list.elements()) {
            all.add(read(c));
        }
        return tokens -> {
            List<String> t = tokens;
            for (TokenDecoder d : all) {
                t = d.apply(t);
            }
            return t;
        };
    }

    private static List<String> bytes(List<String> tokens) {
        List<byte[]> parts = new ArrayList<>();
        int size = 0;
        for (String t : tokens) {
            byte[] b = ByteLetters.bytes(t);
            parts.add(b);
            size += b.length;
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] b : parts) {
            System.arraycopy(b, 0, all, at, b.length);
            at += b.length;
        }
        return List.of(LooseUtf8.decode(all));
    }

    /** {@code <0x0A>} is a byte; a run of them that is not UTF-8 becomes a replacement character for each. */
    private static List<String> fallback(List<String> tokens) {
        List<String> out = new ArrayList<>();
        List<Integer> run = new ArrayList<>();
        for (String t : tokens) {
            int b = byteOf(t);
            if (b >= 0) {
                run.add(b);
            } else {
                flush(run, out);
                out.add(t);
            }
        }
        flush(run, out);
        return out;
    }

    private static int byteOf(String t) {
        if (t.length() != 6 || !t.startsWith("<0x") || t.charAt(5) != '>') {
            return -1;
        }
        int high = Character.digit(t.charAt(3), 16);
        int low = Character.digit(t.charAt(4), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static void flush(List<Integer> run, List<String> out) {
        if (run.isEmpty()) {
            return;
        }
        byte[] bytes = new byte[run.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) run.get(i);
        }
        String text = LooseUtf8.decode(bytes);
        boolean valid = java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
        out.add(valid ? text : "\ufffd".repeat(bytes.length));
        run.clear();
    }

    private static TokenDecoder strip(Cursor c) {
        String content = c.member("content").string();
        int start = c.member("start").whole(0, 1 << 16);
        int stop = c.member("stop").whole(0, 1 << 16);
        return tokens -> each(tokens, (t, i) -> {
            int from = 0;
            int to = t.length();
            for (int k = 0; k < start && t.startsWith(content, from); k++) {
                from += content.length();
            }
            for (int k = 0; k < stop && to > from && t.substring(from, to).endsWith(content); k++) {
                to -= content.length();
            }
            return t.substring(from, to);
        });
    }

    private static TokenDecoder wordPiece(Cursor c) {
        String prefix = c.member("prefix").string();
        boolean cleanup = c.member("cleanup").flag();
        return tokens -> each(tokens, (t, i) -> {
            String s = i == 0 ? t : t.startsWith(prefix) ? t.substring(prefix.length()) : " " + t;
            return cleanup ? cleaned(s) : s;
        });
    }

    /** Without the space before punctuation and contractions. */
    private static String cleaned(String text) {
        String t = text;
        for (String s : List.of(" .", " ?", " !", " ,")) {
            t = t.replace(s, s.substring(1));
        }
        t = t.replace(" ' ", "'");
        for (String s : List.of(" n't", " 'm")) {
            t = t.replace(s, s.substring(1));
        }
        t = t.replace(" do not", " don't");
        for (String s : List.of(" 's", " 've", " 're")) {
            t = t.replace(s, s.substring(1));
        }
        return t;
    }

    /** The first token loses all its marks, where a text gets one in front. */
    private static TokenDecoder metaspace(Cursor c) {
        Metaspace m = Metaspace.read(c);
        boolean prefix = !m.scheme().equals("never");
        return tokens -> each(tokens, (t, i) -> t.replace(m.mark(), i == 0 && prefix ? "" : " "));
    }
}
