package loom.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.ModelException.Code;

/**
 * A unigram language model (Kudo 2018): of all ways to cut a piece into tokens, the one with the largest sum of scores, found by Viterbi's
 * algorithm from the left in f64. Of equal ones that whose last token starts first.
 */
final class Unigram implements SubwordModel {
    /** How much worse than the worst token a character is that has none. */
    private static final double PENALTY = 10;

    private final Vocabulary vocabulary;
    private final double[] scores;
    private final double unknownScore;
    private final OptionalInt unknown;
    private final boolean byteFallback;
    private final ByteTokens bytes;
    /** All different tokens, sorted: those with one start stand together. */
    private final String[] sorted;

    private final int[] ids;

    private Unigram(Cursor c) {
        List<Cursor> all = c.member("vocab").elements();
        List<String> tokens = new ArrayList<>(all.size());
        scores = new double[all.size()];
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            List<Cursor> two = all.get(i).elements();
            if (two.size() != 2) {
                throw all.get(i).expected("a token and its score");
            }
            tokens.add(two.get(0).string());
            scores[i] = two.get(1).wide();
            least = Math.min(least, scores[i]);
        }
        vocabulary = Vocabulary.of(tokens);
        unknownScore = least - PENALTY;
        unknown = c.optional("unk_id")
                .filter(u -> !u.isNull())
                .map(u -> OptionalInt.of(unknownId(u)))
                .orElse(OptionalInt.empty());
        byteFallback = c.optional("byte_fallback").map(Cursor::flag).orElse(false);
        bytes = new ByteTokens(vocabulary);
        sorted = vocabulary.sorted();
        ids = new int[sorted.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = vocabulary.id(sorted[i]).orElseThrow();
        }
    }

    private int unknownId(Cursor c) {
        if (scores.length == 0) {
            throw c.error(Code.VALUE, "no token is there, so none for what is unknown", "");
        }
        return c.whole(0, scores.length - 1);
    }

    static Unigram read(Cursor c) {
        return new Unigram(c);
    }

    @Override
    public void tokenize(String piece, List<Integer> out) {
        for (String part : new Paths(piece).best()) {
            OptionalInt id = vocabulary.id(part);
            if (id.isPresent()) {
                out.add(id.getAsInt());
            } else if (!byteFallback || !bytes.add(part, out)) {
                out.add(unknown.orElseThrow(() -> noneForUnknown(part)));
            }
        }
    }

    private static ModelException noneForUnknown(String part) {
        return new ModelException(
                Code.VALUE, "", "", "", "no token for \"" + part + "\", and none for what is unknown", "");
    }

    /** The best path to each place in a piece. */
    private final class Paths {
        private final String piece;
        private final double[] score;
        /** Where the last token of the path starts; -1 where no path ends. */
        private final int[] start;

        private final int[] token;

        Paths(String piece) {
            this.piece = piece;
            score = new double[piece.length() + 1];
            start = new int[score.length];
            token = new int[score.length];
            Arrays.fill(start, -1);
            int at = 0;
            while (at < piece.length()) {
                int next = at + Character.charCount(piece.codePointAt(at));
                if (!tokens(at, next) && isBetter(next, unknownScore + score[at])) {
                    String text = piece.substring(at, next);
                    take(at, next, unknown.orElseThrow(() -> noneForUnknown(text)), unknownScore);
                }
                at = next;
            }
        }

        /** Every token that starts here; whether the character by itself is one. */
        private boolean tokens(int at, int next) {
            boolean single = false;
            int low = 0;
            int high = sorted.length;
            for (int end = at; end < piece.length() && low < high; end++) {
                int depth = end - at;
                char c = piece.charAt(end);
                low = firstFrom(low, high, depth, c);
                high = firstFrom(low, high, depth, c + 1);
                if (low < high && sorted[low].length() == depth + 1) {
                    if (isBetter(end + 1, scores[ids[low]] + score[at])) {
                        take(at, end + 1, ids[low], scores[ids[low]]);
                    }
                    single |= end + 1 == next;
                }
            }
            return single;
        }

        private boolean isBetter(int to, double sum) {
            return start[to] < 0 || sum > score[to];
        }

        private void take(int from, int to, int id, double gain) {
            score[to] = gain + score[from];
            start[to] = from;
            token[to] = id;
        }

        /** The parts; what is unknown side by side is one. */
        List<String> best() {
            List<String> parts = new ArrayList<>();
            int end = piece.length();
            while (end > 0) {
                int from = start[end];
                while (isUnknown(end) && from > 0 && isUnknown(from)) {
                    from = start[from];
                }
                parts.add(piece.substring(from, end));
                end = from;
            }
            Collections.reverse(parts);
            return parts;
        }

        private boolean isUnknown(int end) {
            return unknown.isPresent() && token[end] == unknown.getAsInt();
        }
    }

    /** Of the tokens from {@code low} to {@code high}, which are equal up to {@code depth}, the first whose letter there is {@code c} or larger. */
    private int firstFrom(int low, int high, int depth, int c) {
        int a = low;
        int b = high;
        while (a < b) {
            int m = a + b >>> 1;
            boolean isBefore = sorted[m].length() <= depth || sorted[m].charAt(depth) < c;
            a = isBefore ? m + 1 : a;
            b = isBefore ? b : m;
        }
        return a;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
