package loom.train;

import java.util.List;
import loom.graph.Node;
import loom.model.Declared;
import loom.model.Registry;

/**
 * How much of the loss every weight is held to account for: what optimizers get as gradients. See docs/tween.md. A new way is one file,
 * its entry in {@code permits} and its line in {@link Types}.
 */
public sealed interface Credit extends Declared permits Backpropagation, Tween, TargetPropagation {
    /** Every way, by its name in files. */
    final class Types {
        public static final Registry<Credit> ALL =
                new Registry<>("credit", List.of(Backpropagation.TYPE, Tween.TYPE, TargetPropagation.TYPE));

        private Types() {}
    }

    /** For every trained parameter, in their order, what the optimizer follows. */
    List<Node> gradients(Links links);
}
