package loom.format;

import java.util.List;
import java.util.Optional;

/** What to say about a name that is not known: the one that was probably meant, else all there are. */
final class Names {
    private Names() {}

    /** As in {@code unknown layer "danse"; did you mean "dense"?}. */
    static String unknown(String what, String found, List<String> known) {
        String problem = "unknown " + what + " " + JsonValue.quoted(found);
        if (known.isEmpty()) {
            return problem + "; none is expected here";
        }
        return nearest(found, known)
                .map(n -> problem + "; did you mean \"" + n + "\"?")
                .orElse(problem + "; known: " + String.join(", ", known));
    }

    /** The known name with the fewest changed characters, if they are at most a third of it. */
    private static Optional<String> nearest(String found, List<String> known) {
        Optional<String> best = Optional.empty();
        int least = Integer.MAX_VALUE;
        for (String k : known) {
            int d = distance(found, k);
            if (d < least && 3 * d <= k.length()) {
                least = d;
                best = Optional.of(k);
            }
        }
        return best;
    }

    /** Levenshtein distance, letters compared without case. */
    private static int distance(String a, String b) {
        if (a.length() > 2 * b.length()) {
            return a.length();
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 0; i < a.length(); i++) {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.length(); j++) {
                int changed = diagonal + (lower(a.charAt(i)) == lower(b.charAt(j)) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.min(changed, 1 + Math.min(diagonal, row[j]));
            }
        }
        return row[b.length()];
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
}
