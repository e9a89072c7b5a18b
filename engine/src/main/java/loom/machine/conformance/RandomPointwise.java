package loom.machine.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.RandomKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.numeric.Domain;

/** Chains of pointwise operations over operands that repeat along some axes. */
final class RandomPointwise {
    private static final int MAX_ELEMENTS = 2500;

    private final Dice dice;
    private final GraphBuilder g;
    private final UnaryOperator<Node> feed;
    private final Shape space;
    private final List<Node> floats = new ArrayList<>();
    private final List<Node> integers = new ArrayList<>();
    private final List<Node> unsigned = new ArrayList<>();

    RandomPointwise(Dice dice, GraphBuilder g, UnaryOperator<Node> feed, boolean batched) {
        this.dice = dice;
        this.g = g;
        this.feed = feed;
        int rank = dice.between(batched ? 1 : 0, 4);
        int[] dims = new int[rank];
        int limit = MAX_ELEMENTS / (batched ? 9 : 1);
        for (int i = 0; i < rank; i++) {
            dims[i] = dice.extent(Math.max(1, Math.min(70, limit)));
            limit /= dims[i];
        }
        space = Shape.of(dims, batched ? dice.below(rank) : -1);
    }

    void build() {
        int sources = dice.between(1, 4);
        for (int i = 0; i < sources; i++) {
            floats.add(source("f" + i, ElementType.F32));
        }
        integers.add(source("i", ElementType.I32));
        unsigned.add(source("u", ElementType.U32));
        floats.add(g.constant(0.75f));
        floats.add(g.scalar("s", ElementType.F32));
        integers.add(g.constant(3));
        if (space.rank() > 0) {
            integers.add(g.iota(space, dice.below(space.rank())));
        }
        int operations = dice.between(1, 24);
        for (int i = 0; i < operations; i++) {
            operation();
        }
        g.output("f", g.broadcast(last(floats), space));
        g.output("i", last(integers));
        g.output("u", last(unsigned));
    }

    /** An input, or a part of one. */
    private Node source(String name, ElementType element) {
        Shape s = repeating();
        int axis = s.rank() > 0 && dice.chance(40) ? dice.below(s.rank()) : -1;
        if (axis < 0 || axis == s.batchAxis()) {
            return feed.apply(g.input(name, new TensorType(s, element, Domain.D)));
        }
        int before = dice.below(4);
        Shape more = s.withDim(axis, Extent.of(before + s.dim(axis) + dice.below(4)));
        Node whole = feed.apply(g.input(name, new TensorType(more, element, Domain.D)));
        return g.slice(whole, axis, before, s.dim(axis));
    }

    /** The space with some axes of extent 1, some leading ones missing. */
    private Shape repeating() {
        int from = dice.chance(30) ? dice.below(space.rank() + 1) : 0;
        Shape s = space;
        for (int i = 0; i < from; i++) {
            s = s.remove(0);
        }
        for (int i = 0; i < s.rank(); i++) {
            if (dice.chance(30)) {
                s = s.withDim(i, Extent.ONE);
            }
        }
        return s;
    }

    private static Node last(List<Node> nodes) {
        return nodes.get(nodes.size() - 1);
    }

    private Node any(List<Node> nodes) {
        return dice.chance(40) ? last(nodes) : nodes.get(dice.below(nodes.size()));
    }

    private void operation() {
        switch (dice.below(11)) {
            case 0 -> integers.add(integer(any(integers), any(integers)));
            case 1 -> unsigned.add(integer(any(unsigned), any(unsigned)));
            case 2 -> integers.add(comparison());
            case 3 -> floats.add(g.select(any(integers), any(floats), any(floats)));
            case 4 -> conversion();
            case 5, 6 -> floats.add(function());
            case 7 -> floats.add(random());
            default -> floats.add(arithmetic(any(floats), any(floats)));
        }
    }

    private Node integer(Node a, Node b) {
        BinaryKind[] kinds = {
            BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL, BinaryKind.MIN,
            BinaryKind.MAX, BinaryKind.AND, BinaryKind.OR, BinaryKind.XOR
        };
        return g.binary(kinds[dice.below(kinds.length)], a, b);
    }

    private Node comparison() {
        CompareKind kind = CompareKind.values()[dice.below(3)];
        return switch (dice.below(3)) {
            case 0 -> g.compare(kind, any(integers), any(integers));
            case 1 -> g.compare(kind, any(unsigned), any(unsigned));
            default -> g.compare(kind, any(floats), any(floats));
        };
    }

    private void conversion() {
        switch (dice.below(4)) {
            case 0 -> floats.add(g.cast(any(integers), ElementType.F32));
            case 1 -> integers.add(g.cast(any(floats), ElementType.I32));
            case 2 -> integers.add(g.cast(any(unsigned), ElementType.I32));
            default -> unsigned.add(g.cast(any(integers), ElementType.U32));
        }
    }

    private Node arithmetic(Node a, Node b) {
        return switch (dice.below(6)) {
            case 0 -> g.plus(a, b);
            case 1 -> g.minus(a, b);
            case 2 -> g.times(tamed(a), b);
            case 3 -> g.divide(a, dice.chance(90) ? positive(b) : b);
            case 4 -> g.max(a, b);
            default -> g.min(a, b);
        };
    }

    private Node random() {
        RandomKind[] kinds = RandomKind.values();
        return g.random(kinds[dice.below(kinds.length)], space, dice.below(3), dice.below(3));
    }

    private Node function() {
        UnaryKind[] kinds = UnaryKind.values();
        UnaryKind kind = kinds[dice.below(kinds.length)];
        Node a = any(floats);
        return switch (kind) {
            case NARROW -> g.binary(BinaryKind.POW, positive(a), tamed(any(floats)));
            case LOG, SQRT, RSQRT -> g.unary(kind, dice.chance(95) ? positive(a) : a);
            case NEG, ABS, EXP, TANH, SIGMOID, SOFTPLUS, ERF, GELU, SILU, SIN, COS, FLOOR -> g.unary(kind, a);
        };
    }

    /** Traps are rare then, and programs long. */
    private Node tamed(Node a) {
        return dice.chance(90) ? g.unary(UnaryKind.TANH, a) : a;
    }

    private Node positive(Node a) {
        return g.plus(g.unary(UnaryKind.ABS, a), g.constant(0x1p-10f));
    }
}
