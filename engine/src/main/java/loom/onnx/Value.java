package loom.onnx;

import loom.graph.Node;

/** What stands between operators. */
sealed interface Value permits Known, Value.Computed, Value.Initial, Value.Missing {
    /** Known once the network runs. */
    record Computed(Node node) implements Value {}

    /** An initialiser of an import: a parameter, unless an operator must know it. */
    record Initial(Known known, Node node, Use use) implements Value {}

    /** What an initialiser was taken for. */
    final class Use {
        private boolean known;

        void mustBeKnown() {
            known = true;
        }

        boolean isKnown() {
            return known;
        }
    }

    /** Of an operator that there is not. */
    record Missing() implements Value {}
}
