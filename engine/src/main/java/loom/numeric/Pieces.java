package loom.numeric;

/**
 * Loops over a file's millions of bytes, cut into calls. A browser compiles a function in haste at first, and the better code that it makes of one
 * that runs long takes effect with the next call: a loop that walks through a whole file in one call never gets it.
 */
public final class Pieces {
    /** Elements of one call. */
    public static final int SIZE = 1 << 13;

    /** Does what is to be done with some elements. */
    public interface Piece {
        /** Where it stopped: {@code to}, or before it if that is the end of all. */
        int of(int from, int to);
    }

    private Pieces() {}

    /** Goes from {@code from} to {@code end}, or to where a piece stops before its end; answers where that is. */
    public static int each(int from, int end, Piece piece) {
        int at = from;
        while (at < end) {
            int to = Math.min(end, at + SIZE);
            at = piece.of(at, to);
            if (at < to) {
                return at;
            }
        }
        return at;
    }
}
