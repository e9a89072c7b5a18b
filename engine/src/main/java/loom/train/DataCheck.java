package loom.train;

import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.Network;
import loom.numeric.FloatText;

/** Refuses data that are not for a network and a training. Shapes are found once: every run is checked. */
public final class DataCheck {
    private final Training training;
    private final Shape input;
    private final Shape target;
    private final int classes;
    /** Rows of a sample's output. */
    private final int rows;

    public DataCheck(Network network, Training training) {
        this.training = training;
        input = training.input(network);
        target = training.target(network);
        Shape output = training.output(network);
        classes = output.dim(output.rank() - 1);
        rows = output.elements(1) / classes;
    }

    public void check(Dataset data) {
        if (!data.input().equals(input)) {
            throw new ShapeException("data: expected inputs of shape " + input + ", found " + data.input());
        }
        if (!data.target().equals(target)) {
            throw new ShapeException("data: expected targets of shape " + target + ", found " + data.target());
        }
        if (training.weighted()) {
            weights(data);
        }
        if (training.loss().takesLabels()) {
            labels(data.targets(), target.elements(1), classes);
        }
    }

    private void weights(Dataset data) {
        if (data.weights().isEmpty()) {
            throw new ShapeException("data: no weights, but this training takes some");
        }
        int found = data.weights().get().length / data.size();
        if (found != rows) {
            throw new ShapeException("data: expected " + rows + " weights a sample, found " + found);
        }
    }

    /** {@code rows}: labels of a sample. */
    static void labels(float[] labels, int rows, int classes) {
        for (int i = 0; i < labels.length; i++) {
            float label = labels[i];
            if (!(label >= 0 && label < classes) || label != (int) label) {
                int sample = i / rows;
                throw new IllegalArgumentException("data: label " + FloatText.print(label) + " of sample " + sample
                        + " is not a whole number from 0 to " + (classes - 1));
            }
        }
    }
}
