package loom.train;

import java.util.List;
import loom.graph.Node;
import loom.model.Declared;
import loom.model.Registry;

/**
 * How a parameter follows its gradient: operations of the training graph, so that it means the same on every machine. What an
 * optimizer remembers is state in the wide domain W, in which the square of a small gradient still has its digits; steps are
 * narrowed to D before they meet the weights. A new optimizer is one file, its entry in {@code permits} and its line in {@link Types}.
 */
public sealed interface Optimizer extends Declared permits Sgd, Adam, AdamW, RmsProp, Adagrad, Lion {
    /** Run-time scalar: schedules change it without compiling anew. */
    String LEARNING_RATE = "learning rate";

    /** Every optimizer, by its name in files. */
    final class Types {
        public static final Registry<Optimizer> ALL = new Registry<>(
                "optimizer", List.of(Sgd.TYPE, Adam.TYPE, AdamW.TYPE, RmsProp.TYPE, Adagrad.TYPE, Lion.TYPE));

        private Types() {}
    }

    /** The parameter's value after a step of learning rate {@code rate}. */
    Node next(Memory memory, Node parameter, Node gradient, Node rate);
}
