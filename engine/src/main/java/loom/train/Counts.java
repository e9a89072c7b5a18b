package loom.train;

/**
 * How often a yes and a no were right.
 *
 * @param truePositive yes, and it was
 * @param falsePositive yes, but it was not
 * @param falseNegative no, but it was
 */
public record Counts(int truePositive, int falsePositive, int falseNegative) {
    /** Share of what was found that is right; 0 if nothing was found. */
    public float precision() {
        return share(truePositive, truePositive + falsePositive);
    }

    /** Share of what there is that was found; 0 if there is nothing. */
    public float recall() {
        return share(truePositive, truePositive + falseNegative);
    }

    /** Harmonic mean of precision and recall: 2·TP/(2·TP + FP + FN). */
    public float f1() {
        return share(2 * truePositive, 2 * truePositive + falsePositive + falseNegative);
    }

    /** How many there are. */
    public int support() {
        return truePositive + falseNegative;
    }

    boolean occurs() {
        return truePositive + falsePositive + falseNegative > 0;
    }

    static float share(int part, int of) {
        return of == 0 ? 0 : (float) ((double) part / of);
    }
}
