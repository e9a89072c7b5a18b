package loom.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Derivative of a loop: a loop in the other direction that carries the gradients of the carried values.
 *
 * <p>Forward values that the derivatives need are stacked by the forward loop. What an invariant receives is stacked trip by trip
 * and summed once after the loop: for a weight matrix by one product over (time, batch), for a table by one scatter-add, both in
 * ascending time.
 */
final class LoopGradient {
    private final Autodiff.Pass outer;
    private final GraphBuilder b;
    private final Node loop;
    private final Op.Loop op;
    private final GraphBuilder inner = new GraphBuilder();

    /** What the reverse loop is given: operand of the outer graph for each input of its body. */
    private final List<Node> carriedOperands = new ArrayList<>();

    private final Map<Node, Node> slicedOperands = new LinkedHashMap<>();
    private final Map<Node, Node> invariantOperands = new LinkedHashMap<>();

    /** Forward body node to its node in the reverse body. */
    private final Map<Node, Node> values = new LinkedHashMap<>();

    private final List<Hoisted> hoisted = new ArrayList<>();
    private final List<Node> stacked = new ArrayList<>();

    /** Gradient part of invariant {@code input}: what {@code sum} makes of every trip's {@code g} and {@code with}. */
    private record Hoisted(Node input, Node g, List<Node> with, Sum sum) {}

    /** Adds a gradient part to an operand of the loop, given the stacks of {@code g} and {@code with}. */
    private interface Sum {
        void add(int operand, Node g, List<Node> with);
    }

    LoopGradient(Autodiff.Pass outer, Node loop, Op.Loop op) {
        this.outer = outer;
        this.b = outer.builder();
        this.loop = loop;
        this.op = op;
    }

    void run() {
        List<Node> outputs = op.body().outputNodes();
        List<Node> results = outer.resultGradients(loop);
        List<Node> bodyInputs = op.body().inputs();
        List<Node> wrt = new ArrayList<>();
        for (int i = 0; i < bodyInputs.size(); i++) {
            boolean needed = i < op.carried() || outer.isActive(loop.input(i));
            if (needed && bodyInputs.get(i).type().element().isFloat()) {
                wrt.add(bodyInputs.get(i));
            }
        }
        BodyPass pass = new BodyPass(wrt);
        // Inputs of the reverse body: carried gradients first, as the loop takes them.
        for (int i = 0; i < op.carried(); i++) {
            if (wrt.contains(bodyInputs.get(i))) {
                TensorType type = bodyInputs.get(i).type();
                pass.seed(outputs.get(i), inner.input("g carried " + i, type));
                carriedOperands.add(results.get(i) == null ? b.splat(0, type.shape()) : results.get(i));
            }
        }
        for (int i = op.carried(); i < outputs.size(); i++) {
            if (i < results.size() && results.get(i) != null) {
                Node slice = inner.input("g stacked " + i, outputs.get(i).type());
                slicedOperands.put(slice, results.get(i));
                pass.seed(outputs.get(i), slice);
            }
        }
        pass.run();
        finish(pass, bodyInputs, wrt);
    }

    private void finish(BodyPass pass, List<Node> bodyInputs, List<Node> wrt) {
        int carried = 0;
        for (int i = 0; i < op.carried(); i++) {
            if (wrt.contains(bodyInputs.get(i))) {
                inner.output("next " + carried++, pass.gradient(bodyInputs.get(i)));
            }
        }
        List<Runnable> deliveries = new ArrayList<>();
        List<List<Node>> results = new ArrayList<>();
        int first = carried;
        for (int i = op.carried(); i < op.carried() + op.sliced(); i++) {
            Node input = bodyInputs.get(i);
            if (wrt.contains(input) && pass.hasGradient(input)) {
                int index = first + stack(pass.gradient(input));
                int operand = i;
                deliveries.add(() -> outer.add(
                        loop.input(operand), loop.id(), operand, results.get(0).get(index)));
            }
        }
        for (Hoisted h : hoisted) {
            int g = first + stack(h.g());
            int operand = bodyInputs.indexOf(h.input());
            List<Supplier<Node>> with = new ArrayList<>();
            for (Node a : h.with()) {
                Node known = slicedOperands.get(a);
                int index = known == null ? first + stack(a) : -1;
                with.add(() -> known == null ? results.get(0).get(index) : known);
            }
            deliveries.add(() -> {
                List<Node> stacks = new ArrayList<>();
                with.forEach(s -> stacks.add(s.get()));
                h.sum().add(operand, results.get(0).get(g), stacks);
            });
        }
        for (int i = 0; i < stacked.size(); i++) {
            inner.output("stack " + i, stacked.get(i));
        }
        Graph body = inner.build().withInputs(order());
        results.add(b.loop(
                body,
                op.trips(),
                !op.reverse(),
                carriedOperands,
                List.copyOf(slicedOperands.values()),
                List.copyOf(invariantOperands.values())));
        carried = 0;
        for (int i = 0; i < op.carried(); i++) {
            if (wrt.contains(bodyInputs.get(i))) {
                if (outer.isActive(loop.input(i))) {
                    outer.add(loop.input(i), loop.id(), i, results.get(0).get(carried));
                }
                carried++;
            }
        }
        deliveries.forEach(Runnable::run);
    }

    /** Reverse body inputs in the order a loop wants: carried, sliced, invariant. They were made as they were needed. */
    private List<Node> order() {
        List<Node> inputs = new ArrayList<>();
        for (Node n : inner.build().inputs()) {
            if (!slicedOperands.containsKey(n) && !invariantOperands.containsKey(n)) {
                inputs.add(n);
            }
        }
        inputs.addAll(slicedOperands.keySet());
        inputs.addAll(invariantOperands.keySet());
        return inputs;
    }

    private int stack(Node n) {
        int i = stacked.indexOf(n);
        if (i < 0) {
            i = stacked.size();
            stacked.add(n);
        }
        return i;
    }

    /** Time and batch folded into the rows of a matrix. */
    private Node flat(Node a) {
        int rank = a.shape().rank();
        return b.reshape(
                a, Shape.of(List.of(a.shape().product(0, rank - 1), a.shape().extent(rank - 1))));
    }

    /** Time put behind {@code lead} axes and folded, with all axes up to {@code end}, into one. */
    private Node folded(Node a, int lead, int end) {
        int rank = a.shape().rank();
        int[] axes = new int[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = i < lead ? i + 1 : i == lead ? 0 : i;
        }
        Shape s = a.shape().permute(axes);
        List<Extent> extents = new ArrayList<>(s.extents().subList(0, lead));
        extents.add(s.product(lead, end));
        extents.addAll(s.extents().subList(end, rank));
        return b.reshape(b.permute(a, axes), Shape.of(extents));
    }

    /** Makes the forward loop stack a value of its body; returns the stack as the outer sweep sees it. */
    private Node stash(Node forward) {
        Graph body = ((Op.Loop) loop.op()).body();
        LinkedHashMap<String, Node> outputs = new LinkedHashMap<>(body.outputs());
        int index = outputs.size();
        outputs.put("stash " + index, forward);
        replaceBody(new Graph(body.nodes(), body.inputs(), outputs, body.updates(), body.names()));
        return outer.value(outer.addForward(new Op.Result(index), loop));
    }

    private void replaceBody(Graph body) {
        Op.Loop l = (Op.Loop) loop.op();
        loop.extend(new Op.Loop(body, l.trips(), l.carried(), l.sliced(), l.reverse()));
    }

    /** The sweep over the body; contributions to invariants leave it. */
    private final class BodyPass extends Autodiff.Pass {
        BodyPass(List<Node> wrt) {
            super(inner, op.body().nodes(), wrt);
        }

        @Override
        Node value(Node forward) {
            Node known = values.get(forward);
            if (known == null) {
                known = make(forward);
                values.put(forward, known);
            }
            return known;
        }

        private Node make(Node forward) {
            int i = op.body().inputs().indexOf(forward);
            if (i < 0 && forward.op() instanceof Op.Source) {
                return forward.op() instanceof Op.Scalar s
                        ? inner.scalar(s.name(), s.element())
                        : inner.add(forward.op());
            }
            String name = "forward " + forward.id();
            Node node = inner.input(name, forward.type());
            if (i >= op.carried() + op.sliced()) {
                invariantOperands.put(node, outer.value(loop.input(i)));
            } else {
                slicedOperands.put(node, i >= op.carried() ? outer.value(loop.input(i)) : stash(forward));
            }
            return node;
        }

        /** A node more at the end of the forward body. */
        @Override
        Node addForward(Op what, Node operand) {
            Graph body = ((Op.Loop) loop.op()).body();
            List<Node> operands = List.of(operand);
            Node n = new Node(body.nodes().size(), what, operands, ShapeRules.infer(what, operands), operand.layer());
            List<Node> nodes = new ArrayList<>(body.nodes());
            nodes.add(n);
            replaceBody(new Graph(nodes, body.inputs(), body.outputs(), body.updates(), body.names()));
            return n;
        }

        private boolean isInvariant(Node n) {
            return op.body().inputs().indexOf(n) >= op.carried() + op.sliced();
        }

        @Override
        void add(Node n, int consumer, int operand, Node gradient) {
            if (isInvariant(n)) {
                hoistSum(n, gradient);
            } else {
                super.add(n, consumer, operand, gradient);
            }
        }

        @Override
        void addSum(Node n, int consumer, int operand, Node g) {
            if (isInvariant(n)) {
                hoistSum(n, g);
            } else {
                super.addSum(n, consumer, operand, g);
            }
        }

        private void hoistSum(Node n, Node g) {
            Sum sum = (i, stack, with) -> outer.addSum(loop.input(i), loop.id(), i, stack);
            hoisted.add(new Hoisted(n, g, List.of(), sum));
        }

        @Override
        void addProduct(Node n, int consumer, int operand, Node a, Node g, boolean transposed) {
            if (isInvariant(n)) {
                Sum sum = (i, stack, with) ->
                        outer.addProduct(loop.input(i), loop.id(), i, flat(with.get(0)), flat(stack), transposed);
                hoisted.add(new Hoisted(n, g, List.of(a), sum));
            } else {
                super.addProduct(n, consumer, operand, a, g, transposed);
            }
        }

        @Override
        void addScatter(Node n, int consumer, int operand, Op.ScatterAdd rows, Node g, Node indices) {
            if (isInvariant(n)) {
                int end = indices.shape().rank() + 1;
                Sum sum = (i, stack, with) -> outer.addScatter(
                        loop.input(i),
                        loop.id(),
                        i,
                        rows,
                        folded(stack, rows.lead(), end),
                        folded(with.get(0), rows.lead(), end));
                hoisted.add(new Hoisted(n, g, List.of(indices), sum));
            } else {
                super.addScatter(n, consumer, operand, rows, g, indices);
            }
        }
    }
}
