package loom.train;

import loom.graph.Shape;

/**
 * Samples with their targets, row-major, values in domain D.
 *
 * @param input shape of one input
 * @param target shape of one target
 */
public record Dataset(Shape input, float[] inputs, Shape target, float[] targets) {
    public Dataset {
        int n = inputs.length / input.elements(1);
        if (n < 1 || inputs.length != n * input.elements(1) || targets.length != n * target.elements(1)) {
            throw new IllegalArgumentException(inputs.length + " input values of shape " + input + " and "
                    + targets.length + " target values of shape " + target + " are not the same number of samples");
        }
    }

    public int size() {
        return inputs.length / input.elements(1);
    }

    /** Inputs of the samples {@code order[from] … order[to − 1]}. */
    float[] inputs(int[] order, int from, int to) {
        return gather(inputs, input.elements(1), order, from, to);
    }

    float[] targets(int[] order, int from, int to) {
        return gather(targets, target.elements(1), order, from, to);
    }

    private static float[] gather(float[] rows, int size, int[] order, int from, int to) {
        float[] r = new float[(to - from) * size];
        for (int i = from; i < to; i++) {
            System.arraycopy(rows, order[i] * size, r, (i - from) * size, size);
        }
        return r;
    }
}
