package loom.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/**
 * {@code precompiled_charsmap}, the normalisation of a SentencePiece model: a trie of UTF-8 bytes in a double array (Darts), whose values are
 * places in a text of replacements, each up to a 0.
 *
 * <p>A unit at i has the label of the edge that leads to it in its low byte, whether a value hangs on it in bit 8, and where its children are,
 * relative to i by exclusive or, above. A unit with bit 31 is a value.
 */
final class CharacterMap implements Normalizer {
    private static final int VALUE = 1 << 31;
    /** Children of a unit lie in one block of so many. */
    private static final int BLOCK = 256;
    /** Longer clusters are replaced character by character. */
    private static final int LONGEST = 5;

    private final int[] units;
    private final byte[] replacements;

    private CharacterMap(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    static CharacterMap read(Cursor c) {
        byte[] all = c.base64();
        long size = all.length < 4 ? -1 : word(all, 0) & 0xffffffffL;
        if (size < 4 * BLOCK || size % (4 * BLOCK) != 0 || size > all.length - 4) {
            throw c.error(
                    Code.DATA,
                    size < 0
                            ? all.length + " bytes are no map of characters"
                            : "a table of " + size + " bytes in " + all.length
                                    + ", expected whole blocks of 1024 that are there",
                    "");
        }
        int[] units = new int[(int) size / 4];
        for (int i = 0; i < units.length; i++) {
            units[i] = word(all, 4 + 4 * i);
        }
        int from = 4 + (int) size;
        byte[] replacements = new byte[all.length - from];
        System.arraycopy(all, from, replacements, 0, replacements.length);
        CharacterMap map = new CharacterMap(units, replacements);
        map.check(c);
        return map;
    }

    private static int word(byte[] b, int at) {
        return b[at] & 0xff | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff) << 16 | (b[at + 3] & 0xff) << 24;
    }

    /** That no text leads out of the tables. */
    private void check(Cursor c) {
        String text = LooseUtf8.decode(replacements);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), replacements)) {
            throw c.error(Code.DATA, "the replacements are not UTF-8", "");
        }
        for (int i = 0; i < units.length; i++) {
            int children = i ^ offset(units[i]);
            if (i > 0 && (units[i] & VALUE) != 0) {
                continue;
            }
            if (children >= units.length) {
                throw c.error(Code.DATA, "unit " + i + " leads to " + children + " of " + units.length, "");
            }
            if (hasValue(units[i])) {
                int at = units[children] & ~VALUE;
                if (at >= replacements.length || (replacements[at] & 0xc0) == 0x80) {
                    throw c.error(
                            Code.DATA,
                            "unit " + i + " has the replacement at " + at + ", where none starts in "
                                    + replacements.length + " bytes",
                            "");
                }
            }
        }
    }

    private static boolean hasValue(int unit) {
        return (unit >> 8 & 1) == 1;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >> 6);
    }

    @Override
    public String apply(String text) {
        int[] all = Unicode.codePoints(text);
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (from < all.length) {
            int end = Graphemes.end(all, from);
            String cluster = new String(all, from, end - from);
            Optional<String> whole = replacement(cluster);
            if (whole.isPresent() || end == from + 1) {
                out.append(whole.orElse(cluster));
            } else {
                for (int i = from; i < end; i++) {
                    String one = new String(all, i, 1);
                    out.append(replacement(one).orElse(one));
                }
            }
            from = end;
        }
        return out.toString();
    }

    /** Of the shortest start of a text that is in the map: what follows it in a cluster is dropped, as the library does. */
    private Optional<String> replacement(String text) {
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        if (key.length > LONGEST) {
            return Optional.empty();
        }
        int at = offset(units[0]);
        for (byte b : key) {
            int label = b & 0xff;
            at ^= label;
            int unit = units[at];
            if (label == 0 || (unit & (VALUE | 0xff)) != label) {
                return Optional.empty();
            }
            at ^= offset(unit);
            if (hasValue(unit)) {
                return Optional.of(replacementAt(units[at] & ~VALUE));
            }
        }
        return Optional.empty();
    }

    private String replacementAt(int from) {
        int to = from;
        while (to < replacements.length && replacements[to] != 0) {
            to++;
        }
        return new String(replacements, from, to - from, StandardCharsets.UTF_8);
    }
}
