package loom.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/**
 * Byte pair encoding (Sennrich et al. 2016): a piece starts as its characters; of all neighbours that a rule joins, those of the earliest
 * rule, and of these the leftmost, become one token, until no rule applies.
 */
final class Bpe implements SubwordModel {
    private final Vocabulary vocabulary;
    private final PairTable rules;
    private final boolean byteFallback;
    private final boolean fuseUnknown;
    private final boolean wholeWords;
    private final OptionalInt unknown;
    private final ByteTokens bytes;

    private Bpe(Cursor c) {
        vocabulary = Vocabulary.read(c.member("vocab"));
        for (String key : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (c.has(key) && !c.member(key).isNull() && !c.member(key).string().isEmpty()) {
                throw c.member(key).error(Code.UNSUPPORTED, "marks inside tokens are not known here", "");
            }
        }
        byteFallback = c.optional("byte_fallback").map(Cursor::flag).orElse(false);
        fuseUnknown = c.optional("fuse_unk").map(Cursor::flag).orElse(false);
        wholeWords = c.optional("ignore_merges").map(Cursor::flag).orElse(false);
        unknown = c.has("unk_token") && !c.member("unk_token").isNull()
                ? vocabulary.id(c.member("unk_token").string())
                : OptionalInt.empty();
        bytes = new ByteTokens(vocabulary);
        rules = rules(c.member("merges"));
    }

    static Bpe read(Cursor c) {
        return new Bpe(c);
    }

    /** {@code "a b"} or {@code ["a", "b"]}. */
    private PairTable rules(Cursor merges) {
        List<Cursor> all = merges.elements();
        PairTable table = new PairTable(all.size());
        for (int rank = 0; rank < all.size(); rank++) {
            Cursor c = all.get(rank);
            String left;
            String right;
            if (c.isString()) {
                String text = c.string();
                int space = text.indexOf(' ', 1);
                if (space < 0 || space == text.length() - 1) {
                    throw c.expected("two tokens with a space between them");
                }
                left = text.substring(0, space);
                right = text.substring(space + 1);
            } else {
                List<Cursor> two = c.elements();
                if (two.size() != 2) {
                    throw c.expected("two tokens");
                }
                left = two.get(0).string();
                right = two.get(1).string();
            }
            table.put(known(c, left), known(c, right), rank, known(c, left + right));
        }
        return table;
    }

    private int known(Cursor at, String token) {
        return vocabulary
                .id(token)
                .orElseThrow(() -> at.error(Code.VALUE, "the token \"" + token + "\" is not in the vocabulary", ""));
    }

    /** From pairs of ids to rank and result: open addressing. */
    private static final class PairTable {
        private final long[] keys;
        private final int[] ranks;
        private final int[] results;
        private final int mask;

        PairTable(int count) {
            int size = Integer.highestOneBit(Math.max(8, count)) * 4;
            keys = new long[size];
            ranks = new int[size];
            results = new int[size];
            mask = size - 1;
            Arrays.fill(keys, -1);
        }

        private int slot(long key) {
            long h = key * 0x9e3779b97f4a7c15L;
            int i = (int) (h >>> 40) & mask;
            while (keys[i] >= 0 && keys[i] != key) {
                i = i + 1 & mask;
            }
            return i;
        }

        /** A later rule of the same pair takes its place. */
        void put(int a, int b, int rank, int result) {
            int i = slot((long) a << 32 | b);
            keys[i] = (long) a << 32 | b;
            ranks[i] = rank;
            results[i] = result;
        }

        /** The slot of a pair, or -1. */
        int find(int a, int b) {
            int i = slot((long) a << 32 | b);
            return keys[i] < 0 ? -1 : i;
        }
    }

    @Override
    public void tokenize(String piece, List<Integer> out) {
        if (wholeWords) {
            OptionalInt id = vocabulary.id(piece);
            if (id.isPresent()) {
                out.add(id.getAsInt());
                return;
            }
        }
        new Word(characters(piece)).join(out);
    }

    private int[] characters(String piece) {
        List<Integer> ids = new ArrayList<>(piece.length());
        boolean afterUnknown = false;
        int i = 0;
        while (i < piece.length()) {
            int next = i + Character.charCount(piece.codePointAt(i));
            String c = piece.substring(i, next);
            i = next;
            OptionalInt id = vocabulary.id(c);
            if (id.isPresent()) {
                ids.add(id.getAsInt());
                afterUnknown = false;
            } else if (byteFallback && bytes.add(c, ids)) {
                afterUnknown = false;
            } else if (unknown.isPresent()) {
                if (!afterUnknown || !fuseUnknown) {
                    ids.add(unknown.getAsInt());
                }
                afterUnknown = true;
            }
        }
        int[] r = new int[ids.size()];
        for (int k = 0; k < r.length; k++) {
            r[k] = ids.get(k);
        }
        return r;
    }

    /** A rule that applied at a place when it was noted. */
    private record Join(int rank, int at, int result) implements Comparable<Join> {
        @Override
        public int compareTo(Join o) {
            return rank != o.rank ? Integer.compare(rank, o.rank) : Integer.compare(at, o.at);
        }
    }

    /** A piece while it is joined: a list that is linked both ways; a token that went into its left neighbour is -1. */
    private final class Word {
        private final int[] ids;
        private final int[] next;
        private final int[] before;
        private final PriorityQueue<Join> queue = new PriorityQueue<>();

        Word(int... ids) {
            this.ids = ids;
            next = new int[ids.length];
            before = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                next[i] = i + 1;
                before[i] = i - 1;
            }
        }

        private void note(int at) {
            if (at < 0 || next[at] >= ids.length) {
                return;
            }
            int slot = rules.find(ids[at], ids[next[at]]);
            if (slot >= 0) {
                queue.add(new Join(rules.ranks[slot], at, rules.results[slot]));
            }
        }

        void join(List<Integer> out) {
            for (int i = 0; i + 1 < ids.length; i++) {
                note(i);
            }
            while (!queue.isEmpty()) {
                Join j = queue.poll();
                int at = j.at;
                if (ids[at] < 0 || next[at] >= ids.length) {
                    continue;
                }
                int right = next[at];
                int slot = rules.find(ids[at], ids[right]);
                if (slot < 0 || rules.results[slot] != j.result) {
                    continue;
                }
                ids[at] = j.result;
                ids[right] = -1;
                next[at] = next[right];
                if (next[at] < ids.length) {
                    before[next[at]] = at;
                }
                note(before[at]);
                note(at);
            }
            for (int i = 0; i < ids.length; i = next[i]) {
                out.add(ids[i]);
            }
        }
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
