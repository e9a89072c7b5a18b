package loom.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reverse-mode differentiation as a graph transform: one derivative per primitive ({@link Derivatives}), nothing by hand per layer.
 *
 * <p>A value used several times adds its gradients in program order of its consumers, which fixes every bit.
 */
public final class Autodiff {
    private Autodiff() {}

    /**
     * Adds nodes for the gradient of a scalar loss.
     *
     * @param loss f32 node of one element
     * @param wrt nodes to differentiate by
     * @return for each of {@code wrt} a node of its shape; zeros where the loss does not depend on it
     */
    public static List<Node> gradients(GraphBuilder builder, Node loss, List<Node> wrt) {
        if (!loss.shape().elements().isOne()) {
            throw new ShapeException("gradient of " + loss.type() + ": a loss has one element");
        }
        return gradients(builder, loss, builder.splat(1, loss.shape()), wrt);
    }

    /** As above for any output, given the gradient {@code seed} of its elements (a vector-Jacobian product). */
    public static List<Node> gradients(GraphBuilder builder, Node output, Node seed, List<Node> wrt) {
        if (!seed.type().equals(output.type())) {
            throw new ShapeException("seed " + seed.type() + " for an output of " + output.type());
        }
        String layer = builder.layer();
        Pass pass = new Pass(builder, builder.nodesUpTo(output), wrt);
        pass.seed(output, seed);
        pass.run();
        builder.layer(layer);
        List<Node> result = new ArrayList<>();
        for (Node n : wrt) {
            result.add(pass.gradient(n));
        }
        return result;
    }

    /** One sweep over the nodes of a graph or loop body, last to first. */
    static class Pass {
        private final GraphBuilder builder;
        private final List<Node> nodes;
        private final Set<Node> active = new LinkedHashSet<>();
        private final Map<Node, List<Contribution>> contributions = new LinkedHashMap<>();

        /** Gradient that consumer number {@code consumer} gives to a value through its operand {@code operand}. */
        private record Contribution(int consumer, int operand, Node gradient) {}

        Pass(GraphBuilder builder, List<Node> nodes, List<Node> wrt) {
            this.builder = builder;
            this.nodes = nodes;
            active.addAll(wrt);
            for (Node n : nodes) {
                if (carriesGradient(n) && dependsOnActive(n)) {
                    active.add(n);
                }
            }
        }

        private static boolean carriesGradient(Node n) {
            return n.op() instanceof Op.Loop
                    || (!(n.op() instanceof Op.StopGradient)
                            && n.type().element().isFloat());
        }

        private boolean dependsOnActive(Node n) {
            for (Node in : n.inputs()) {
                if (active.contains(in)) {
                    return true;
                }
            }
            return false;
        }

        GraphBuilder builder() {
            return builder;
        }

        /** The value of a forward node where gradients are computed: itself, or in a reverse loop what was stacked of it. */
        Node value(Node forward) {
            return forward;
        }

        /** Adds a node to the graph that is differentiated. */
        Node addForward(Op op, Node operand) {
            return builder.add(op, operand);
        }

        boolean isActive(Node n) {
            return active.contains(n);
        }

        void seed(Node n, Node gradient) {
            add(n, Integer.MAX_VALUE, 0, gradient);
        }

        void add(Node n, int consumer, int operand, Node gradient) {
            contributions.computeIfAbsent(n, k -> new ArrayList<>()).add(new Contribution(consumer, operand, gradient));
        }

        /** Weight gradient {@code aᵀ·g} of operand {@code operand} of {@code consumer}; a loop does it once, after its last trip. */
        void addProduct(Node n, int consumer, int operand, Node a, Node g, boolean transposed) {
            add(
                    n,
                    consumer,
                    operand,
                    transposed ? builder.matMul(g, true, a, false) : builder.matMul(a, true, g, false));
        }

        /** Gradient of a table of which {@code indices} chose rows; a loop does it once, after its last trip. */
        void addScatter(Node n, int consumer, int operand, Op.ScatterAdd sum, Node g, Node indices) {
            add(n, consumer, operand, builder.add(sum, g, indices));
        }

        /** Gradient of a value that was repeated to the shape of {@code g}. */
        void addSum(Node n, int consumer, int operand, Node g) {
            add(n, consumer, operand, Derivatives.sumTo(builder, g, n.shape()));
        }

        void run() {
            for (int i = nodes.size() - 1; i >= 0; i--) {
                Node n = nodes.get(i);
                if (!active.contains(n)) {
                    continue;
                }
                builder.layer(n.layer().isEmpty() ? "gradient" : n.layer() + " gradient");
                if (n.op() instanceof Op.Loop loop) {
                    new LoopGradient(this, n, loop).run();
                } else if (contributions.containsKey(n)) {
                    new Derivatives(this, n, sum(n)).run();
                }
            }
        }

        /** Gradient of each result of a loop, or null where there is none. */
        List<Node> resultGradients(Node loop) {
            List<Node> r = new ArrayList<>();
            for (int i = 0; i < loop.types().size(); i++) {
                r.add(resultGradient(loop, i));
            }
            return r;
        }

        private Node resultGradient(Node loop, int index) {
            Node total = null;
            List<Contribution> parts = new ArrayList<>(contributions.getOrDefault(loop, List.of()));
            parts.sort((p, q) -> Integer.compare(p.consumer, q.consumer));
            for (Contribution c : parts) {
                if (c.operand == index) {
                    total = total == null ? c.gradient : builder.plus(total, c.gradient);
                }
            }
            return total;
        }

        boolean hasGradient(Node n) {
            return contributions.containsKey(n);
        }

        Node gradient(Node n) {
            return contributions.containsKey(n) ? sum(n) : builder.splat(0, n.shape());
        }

        /** Contributions added in program order of the consumers; the sum replaces them, so that it is built once. */
        private Node sum(Node n) {
            List<Contribution> parts = contributions.get(n);
            parts.sort((p, q) -> p.consumer != q.consumer
                    ? Integer.compare(p.consumer, q.consumer)
                    : Integer.compare(p.operand, q.operand));
            Node total = parts.get(0).gradient;
            for (int i = 1; i < parts.size(); i++) {
                total = builder.plus(total, parts.get(i).gradient);
            }
            parts.clear();
            parts.add(new Contribution(0, 0, total));
            return total;
        }
    }
}
