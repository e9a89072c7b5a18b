package loom.train;

/** Share of samples whose largest output is where the largest target is; of equals the lowest index counts. */
public final class Accuracy {
    private Accuracy() {}

    /** How many of the rows agree. */
    public static int correct(float[] outputs, float[] targets, int classes) {
        int correct = 0;
        for (int row = 0; row < outputs.length / classes; row++) {
            if (largest(outputs, row * classes, classes) == largest(targets, row * classes, classes)) {
                correct++;
            }
        }
        return correct;
    }

    /** How many rows have their largest output where their label says. */
    public static int correctLabels(float[] outputs, float[] labels, int classes) {
        int correct = 0;
        for (int row = 0; row < labels.length; row++) {
            if (largest(outputs, row * classes, classes) == (int) labels[row]) {
                correct++;
            }
        }
        return correct;
    }

    /** Index of the largest of {@code n} values from {@code from}. */
    public static int largest(float[] values, int from, int n) {
        int best = 0;
        for (int i = 1; i < n; i++) {
            if (values[from + i] > values[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
