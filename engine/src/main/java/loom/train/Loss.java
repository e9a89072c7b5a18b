package loom.train;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.Declared;
import loom.model.Layer;
import loom.model.Registry;

/**
 * What training makes small. The output's last axis is a row; a loss gives one number a row, and the whole is the mean of the rows,
 * or their weighted mean. A new loss is one file, its entry in {@code permits} and its line in {@link Types}.
 */
public sealed interface Loss extends Declared
        permits MeanSquaredError, MeanAbsoluteError, Huber, CrossEntropy, BinaryCrossEntropy {
    /** Every loss, by its name in files. */
    final class Types {
        public static final Registry<Loss> ALL = new Registry<>(
                "loss",
                List.of(
                        MeanSquaredError.TYPE,
                        MeanAbsoluteError.TYPE,
                        Huber.TYPE,
                        CrossEntropy.TYPE,
                        BinaryCrossEntropy.TYPE));

        private Types() {}
    }

    /**
     * Losses of rows.
     *
     * @param losses {@code [rows, 1]}, times their weights
     * @param weights {@code [rows, 1]}; empty if all are 1
     * @param right {@code [rows, 1]}: 1 where the largest output is where the largest target is, else 0; empty if that says nothing
     */
    record Rows(Node losses, Optional<Node> weights, Optional<Node> right) {
        static Rows of(Node losses) {
            return new Rows(losses, Optional.empty(), Optional.empty());
        }
    }

    /**
     * @param output {@code [rows, n]}
     * @param target {@code [rows, n]}, or {@code [rows, 1]} if {@link #takesLabels}
     * @param isLogits whether the output is what the network's last function takes, see {@link #withoutLastFunction}
     */
    Rows rows(GraphBuilder g, Node output, Node target, boolean isLogits);

    /** Whether a target is a class number instead of a value for each output. */
    default boolean takesLabels() {
        return false;
    }

    /**
     * The network's last layer without the function that the loss contains, if it contains it: the logarithm of a rounded
     * probability would lose the gradient where it matters most.
     */
    default Optional<Layer> withoutLastFunction(Layer last) {
        return Optional.empty();
    }

    /** Whether outputs of this last layer are probabilities although {@link #withoutLastFunction} has nothing to say. */
    default boolean givesProbabilities(Layer last) {
        return false;
    }

    /** What is said of answers beside this loss. */
    default Metrics metrics(Answers answers) {
        return Regression.of(answers);
    }

    /** Shape of one sample's target. */
    default Shape target(Shape output) {
        if (output.rank() < 1) {
            throw new ShapeException("a loss needs outputs with at least one axis, not a scalar");
        }
        return takesLabels() ? output.withDim(output.rank() - 1, Extent.ONE) : output;
    }
}
