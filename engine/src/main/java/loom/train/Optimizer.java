package loom.train;

import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;

/** How parameters follow their gradients: operations of the training graph. */
public sealed interface Optimizer permits Optimizer.Sgd {
    /** Run-time scalar: schedules change it without compiling anew. */
    String LEARNING_RATE = "learning rate";

    /** Adds the update of one parameter. */
    void update(GraphBuilder g, Node parameter, Node gradient);

    float learningRate();

    /** {@code w ← w − rate · g}. */
    record Sgd(float learningRate) implements Optimizer {
        public Sgd {
            if (!(learningRate > 0)) {
                throw new IllegalArgumentException("the learning rate must be above 0");
            }
        }

        @Override
        public void update(GraphBuilder g, Node parameter, Node gradient) {
            Node rate = g.scalar(LEARNING_RATE, ElementType.F32);
            g.update(parameter, g.minus(parameter, g.times(gradient, rate)));
        }
    }
}
