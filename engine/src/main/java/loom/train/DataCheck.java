package loom.train;

import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.Model;
import loom.numeric.FloatText;

/** Refuses data that are not for a model and a training. */
final class DataCheck {
    private DataCheck() {}

    static void check(Model model, Training training, Dataset data) {
        Shape input = training.input(model.network());
        Shape output = training.output(model.network());
        Shape target = training.target(model.network());
        if (!data.input().equals(input)) {
            throw new ShapeException("data: expected inputs of shape " + input + ", found " + data.input());
        }
        if (!data.target().equals(target)) {
            throw new ShapeException("data: expected targets of shape " + target + ", found " + data.target());
        }
        int classes = output.dim(output.rank() - 1);
        if (training.weighted()) {
            weights(data, output.elements(1) / classes);
        }
        if (training.loss().takesLabels()) {
            labels(data, classes);
        }
    }

    private static void weights(Dataset data, int rows) {
        if (data.weights().isEmpty()) {
            throw new ShapeException("data: no weights, but this training takes some");
        }
        int found = data.weights().get().length / data.size();
        if (found != rows) {
            throw new ShapeException("data: expected " + rows + " weights a sample, found " + found);
        }
    }

    private static void labels(Dataset data, int classes) {
        labels(data.targets(), data.target().elements(1), classes);
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
