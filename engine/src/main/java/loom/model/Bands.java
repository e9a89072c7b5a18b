package loom.model;

/**
 * How many queries {@link Attention} makes the scores of at a time, when it answers. No query needs the scores of another, and each has the same
 * sums in the same order, however many are made together: no bit depends on it.
 *
 * @param scores that may be there at a time, of all heads of one sample; those of one query are the least
 */
public record Bands(int scores) {
    /** All queries at once: what derivatives are taken of, traces show and files of others hold. */
    public static final Bands NONE = new Bands(Integer.MAX_VALUE);

    /**
     * 64 MiB. A processor takes the same time with all sizes down to a sixteenth of it; a large GPU has too little to do with less
     * (docs/performance.md).
     */
    public static final Bands USUAL = new Bands(1 << 24);

    public Bands {
        if (scores < 1) {
            throw new IllegalArgumentException("bands of " + scores + " scores, expected at least 1");
        }
    }

    /** Queries of a band, the last of which may have fewer; {@code each}: scores of a query. */
    int rows(int queries, long each) {
        if (queries * each <= scores) {
            return queries;
        }
        int most = (int) Math.max(1, scores / each);
        int bands = (queries - 1) / most + 1;
        return (queries - 1) / bands + 1;
    }
}
