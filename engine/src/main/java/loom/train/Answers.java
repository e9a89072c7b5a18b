package loom.train;

import java.util.Optional;

/**
 * What a network answered beside what it should have, row by row; a row is the output's last axis.
 *
 * @param outputs {@code [rows, width]}
 * @param areLogits whether the outputs are what the network's last function takes, see {@link Loss#withoutLastFunction}
 * @param targets {@code [rows, width]}, or {@code [rows, 1]} if they are class numbers
 * @param weights of the rows: one of weight 0 is left out, all others count once; empty if there are none
 */
public record Answers(float[] outputs, int width, boolean areLogits, float[] targets, Optional<float[]> weights) {
    int rows() {
        return outputs.length / width;
    }

    /** Whether targets are class numbers. A row of one output has one target either way. */
    boolean areLabels() {
        return width > 1 && targets.length == rows();
    }

    boolean counts(int row) {
        return weights.isEmpty() || weights.get()[row] != 0;
    }

    /** How many rows count. */
    int counted() {
        int counted = 0;
        for (int row = 0; row < rows(); row++) {
            counted += counts(row) ? 1 : 0;
        }
        return counted;
    }

    float output(int row, int i) {
        return outputs[row * width + i];
    }

    float target(int row, int i) {
        return targets[row * width + i];
    }

    /** Index of the largest output of a row; of equals the lowest. */
    int largestOutput(int row) {
        int best = 0;
        for (int i = 1; i < width; i++) {
            best = output(row, i) > output(row, best) ? i : best;
        }
        return best;
    }

    /** Of a question's output: yes from probability 0.5 up, that is from logit 0 up. */
    boolean isYes(float output) {
        return output >= (areLogits ? 0 : 0.5f);
    }

    /** Index of the largest target of a row; of equals the lowest. */
    int largestTarget(int row) {
        int best = 0;
        for (int i = 1; i < width; i++) {
            if (target(row, i) > target(row, best)) {
                best = i;
            }
        }
        return best;
    }
}
