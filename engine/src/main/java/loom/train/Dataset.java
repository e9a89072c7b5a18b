package loom.train;

import java.util.Optional;
import loom.graph.Shape;
import loom.model.Network;

/**
 * Samples with their targets, row-major, values in domain D.
 *
 * @param input shape of one input
 * @param target shape of one target
 * @param weights how much each row of each sample counts, the same number for every sample; empty if all count alike
 */
public record Dataset(Shape input, float[] inputs, Shape target, float[] targets, Optional<float[]> weights) {
    public Dataset {
        int n = inputs.length / input.elements(1);
        if (n < 1 || inputs.length != n * input.elements(1) || targets.length != n * target.elements(1)) {
            throw new IllegalArgumentException(inputs.length + " input values of shape " + input + " and "
                    + targets.length + " target values of shape " + target + " are not the same number of samples");
        }
        if (weights.isPresent() && (weights.get().length == 0 || weights.get().length % n != 0)) {
            throw new IllegalArgumentException(weights.get().length + " weights for " + n + " samples");
        }
    }

    public Dataset(Shape input, float[] inputs, Shape target, float[] targets) {
        this(input, inputs, target, targets, Optional.empty());
    }

    /**
     * Samples with class numbers, one a row of the output: targets as the loss takes them, the numbers themselves or rows with a 1 in
     * their place. A number that is no class is refused.
     */
    public static Dataset labelled(
            Network network, Training training, float[] inputs, float[] labels, Optional<float[]> weights) {
        Shape input = training.input(network);
        Shape target = training.target(network);
        if (training.loss().takesLabels()) {
            return new Dataset(input, inputs, target, labels, weights);
        }
        Shape output = training.output(network);
        int classes = output.dim(output.rank() - 1);
        DataCheck.labels(labels, output.elements(1) / classes, classes);
        float[] rows = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            rows[i * classes + (int) labels[i]] = 1;
        }
        return new Dataset(input, inputs, target, rows, weights);
    }

    /** Samples with what should have been answered: class numbers, see {@link #labelled}, or targets as the network gives outputs. */
    public static Dataset of(
            Network network,
            Training training,
            float[] inputs,
            float[] targets,
            boolean areLabels,
            Optional<float[]> weights) {
        return areLabels
                ? labelled(network, training, inputs, targets, weights)
                : new Dataset(training.input(network), inputs, training.target(network), targets, weights);
    }

    public int size() {
        return inputs.length / input.elements(1);
    }

    /** Samples {@code from} to below {@code to}. */
    public Dataset part(int from, int to) {
        return pick(numbers(from, to));
    }

    /** {@code from} to below {@code to}. */
    static int[] numbers(int from, int to) {
        int[] numbers = new int[to - from];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = from + i;
        }
        return numbers;
    }

    /** The samples of these numbers. */
    Dataset pick(int[] numbers) {
        return new Dataset(
                input,
                gather(inputs, input.elements(1), numbers),
                target,
                gather(targets, target.elements(1), numbers),
                weights.map(w -> gather(w, w.length / size(), numbers)));
    }

    private static float[] gather(float[] rows, int size, int[] numbers) {
        float[] r = new float[numbers.length * size];
        for (int i = 0; i < numbers.length; i++) {
            System.arraycopy(rows, numbers[i] * size, r, i * size, size);
        }
        return r;
    }
}
