package loom.machine.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.graph.Autodiff;
import loom.graph.ElementType;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.numeric.Domain;
import loom.program.Compiler;
import loom.program.Program;

/** Conformance cases of kernels by seed: every kind, sizes around every border of the generators, and values that tell orders apart. */
public final class Cases {
    /** Kinds of cases; seeds take them in turn. */
    public enum Kind {
        POINTWISE,
        REDUCE,
        MATMUL,
        COPY,
        CONVOLUTION,
        CHAIN,
        ROWS,
        LOOP,
        TRAINING,
        BF16,
        F16,
        INT8
    }

    private static final int[] LENGTHS = {1, 2, 31, 32, 33, 63, 100, 127, 128, 129, 1000, 4095, 4096, 4097, 10_000};
    private static final int[] DEPTHS = {1, 2, 3, 4, 5, 64, 127, 128, 129, 131, 255, 256, 257, 300};

    private final Dice dice;
    private final GraphBuilder g = new GraphBuilder();
    private final List<Node> fed = new ArrayList<>();
    private final boolean batched;

    private Cases(int seed) {
        dice = new Dice(seed);
        batched = dice.chance(50);
    }

    public static Case of(int seed) {
        Kind kind = Kind.values()[Math.floorMod(seed, Kind.values().length)];
        return new Cases(seed).make(kind, seed);
    }

    private Case make(Kind kind, int seed) {
        switch (kind) {
            case POINTWISE -> new RandomPointwise(dice, g, this::feed, batched).build();
            case REDUCE -> reduce();
            case MATMUL -> matMul(Factors.F32);
            case COPY -> new RandomCopies(dice, g, this::feed, batched).build();
            case CONVOLUTION -> new RandomConvolution(dice, g, this::feed, batched).build();
            case CHAIN -> new RandomChain(dice, g, this::feed, batched).build();
            case ROWS -> new RandomRows(dice, g, this::feed, batched).build();
            case LOOP -> new RandomLoop(dice, g, this::feed, batched).build();
            case TRAINING -> training();
            case BF16 -> matMul(Factors.BF16);
            case F16 -> matMul(Factors.F16);
            case INT8 -> matMul(Factors.INT8);
        }
        Program program = Compiler.compile(g.build());
        List<Case.Step> steps = new ArrayList<>();
        int count = kind == Kind.TRAINING ? 3 : 2;
        for (int i = 0; i < count; i++) {
            steps.add(step(program, i));
        }
        return new Case(kind + " " + seed, program, steps);
    }

    /** A source that steps write; parameters and state only in the first. */
    private Node feed(Node source) {
        fed.add(source);
        return source;
    }

    private Case.Step step(Program program, int number) {
        int batch = batched ? dice.between(1, 9) : 1;
        LinkedHashMap<String, int[]> feeds = new LinkedHashMap<>();
        for (Node n : fed) {
            boolean input = n.op() instanceof Op.Input;
            String name = input
                    ? ((Op.Input) n.op()).name()
                    : n.op() instanceof Op.Parameter p ? p.name() : ((Op.State) n.op()).name();
            if (program.sources().containsKey(name) && (input || number == 0)) {
                feeds.put(name, words(n.type(), batch));
            }
        }
        int[] scalars = new int[program.scalars().size() - 1];
        for (int i = 0; i < scalars.length; i++) {
            boolean isFloat = program.scalars().get(i + 1).element().isFloat();
            scalars[i] = isFloat ? dice.floats(1, Dice.Values.UNIT)[0] : dice.below(7) - 3;
        }
        return new Case.Step(batch, scalars, feeds);
    }

    private int[] words(TensorType t, int batch) {
        int count = t.shape().elements(batch);
        if (!t.element().isFloat()) {
            return dice.integers(count);
        }
        return t.domain() == Domain.W ? dice.wideDomain(count) : dice.floats(count, dice.values());
    }

    // ---- sums

    private void reduce() {
        int length = LENGTHS[dice.below(LENGTHS.length)];
        int outer = length > 1000 ? dice.between(1, 2) : dice.extent(9);
        int inner = dice.chance(50) ? 1 : dice.extent(length > 1000 ? 3 : 40);
        int[] dims = {outer, length, inner};
        int batchAxis = batched ? dice.below(3) : -1;
        if (batchAxis >= 0) {
            dims[batchAxis] = Math.max(1, dims[batchAxis] / 4);
        }
        Shape shape = Shape.of(dims, batchAxis);
        Node x = feed(g.input("x", TensorType.f32(shape)));
        for (Op.ReduceKind kind : Op.ReduceKind.values()) {
            g.output("f " + kind, g.reduce(kind, x, 1));
        }
        Node i = feed(g.input("i", TensorType.i32(shape)));
        g.output("i max", g.reduce(Op.ReduceKind.MAX, i, 1));
        g.output("i min", g.reduce(Op.ReduceKind.MIN, i, 1));
        g.output("mean", g.mean(x, 1));
    }

    private void matMul(Factors factors) {
        boolean wide = dice.chance(20);
        boolean isInt8 = factors == Factors.INT8;
        int k = isInt8 && dice.chance(10) ? dice.between(1020, 1300) : DEPTHS[dice.below(DEPTHS.length)];
        // Products of int8 in tiles read four values at a time: rows around a tile's, too.
        int m = isInt8 && dice.chance(15) ? dice.between(29, 67) : dice.extent(wide ? 5 : 17);
        int n = wide ? dice.between(60, 140) : dice.extent(40);
        boolean ta = dice.chance(40);
        boolean tb = dice.chance(40);
        int groups = dice.chance(30) ? dice.between(2, 4) : 0;
        boolean sharedA = groups > 0 && dice.chance(25);
        boolean sharedB = groups > 0 && !sharedA && dice.chance(40);
        boolean weights = dice.chance(50);
        // Which of groups, m, n and k is multiplied by the batch; n and k of weights cannot be, nor k of rounded
        // operands.
        int axis = batched ? dice.below(weights ? 2 : factors == Factors.F32 ? 4 : 3) : -1;
        if (axis == 0 && groups == 0) {
            axis = 1;
        }
        int[] sizes = {groups, m, n, axis == 3 ? Math.min(k, 40) : k};
        Shape a = matrix(sizes, axis, !sharedA, ta ? 3 : 1, ta ? 1 : 3);
        Shape b = matrix(sizes, axis, !sharedB, tb ? 2 : 3, tb ? 3 : 2);
        Node x = feed(g.input("a", TensorType.f32(a)));
        Node w = feed(weights && !b.isBatched() ? g.parameter("b", b) : g.input("b", TensorType.f32(b)));
        if (isInt8) {
            // Beyond the ends, too; halves are ties.
            x = dice.chance(70) ? g.times(x, 148.5f) : x;
            w = dice.chance(30) ? g.times(w, 148.5f) : w;
        }
        g.output("y", g.add(new Op.MatMul(ta, tb, factors), x, w));
    }

    /** Shape {@code [group?, row, column]} of the given sizes. */
    private static Shape matrix(int[] sizes, int batchedSize, boolean grouped, int row, int column) {
        boolean group = grouped && sizes[0] > 0;
        int[] dims = group ? new int[] {sizes[0], sizes[row], sizes[column]} : new int[] {sizes[row], sizes[column]};
        int lead = group ? 1 : 0;
        int axis = batchedSize == row ? lead : batchedSize == column ? lead + 1 : group && batchedSize == 0 ? 0 : -1;
        return Shape.of(dims, axis);
    }

    // ---- training: gradients, weights used both ways, updates

    private void training() {
        int in = dice.extent(40);
        int hidden = dice.extent(40);
        int out = dice.extent(12);
        Node x = feed(g.input("x", TensorType.f32(batched ? Shape.batched(in) : Shape.of(5, in))));
        Node target = feed(g.input("t", TensorType.f32(batched ? Shape.batched(out) : Shape.of(5, out))));
        List<Node> parameters = new ArrayList<>();
        parameters.add(feed(g.parameter("w1", Shape.of(in, hidden))));
        parameters.add(feed(g.parameter("b1", Shape.of(hidden))));
        parameters.add(feed(g.parameter("w2", Shape.of(hidden, out))));
        Node scales = g.table(TensorType.f32(Shape.of(in)), Words.of(dice.floats(in, Dice.Values.SMALL_INTEGERS)));
        Node h = g.plus(g.matMul(g.times(x, scales), parameters.get(0)), parameters.get(1));
        h = g.unary(dice.chance(50) ? UnaryKind.TANH : UnaryKind.GELU, h);
        Node y = g.unary(UnaryKind.SIGMOID, g.matMul(h, parameters.get(2)));
        Node error = g.minus(y, target);
        Node loss = g.reshape(g.mean(g.sum(g.times(error, error), 1), 0), Shape.SCALAR);
        g.output("loss", loss);
        List<Node> gradients = Autodiff.gradients(g, loss, parameters);
        Node rate = g.scalar("rate", ElementType.F32);
        for (int i = 0; i < parameters.size(); i++) {
            adam(i, parameters.get(i), gradients.get(i), rate);
        }
    }

    /** Moments in domain W, as optimizers keep them. */
    private void adam(int i, Node parameter, Node gradient, Node rate) {
        TensorType wide = new TensorType(parameter.shape(), ElementType.F32, Domain.W);
        Node moment = feed(g.state("v" + i, wide));
        Node next = g.plus(g.times(moment, 0.875f), g.times(g.times(gradient, gradient), 0.125f));
        Node scale = g.plus(g.add(new PointOp.Unary(UnaryKind.SQRT), next), g.constant(0x1p-20f));
        Node step = g.unary(UnaryKind.NARROW, g.divide(gradient, scale));
        g.update(moment, next);
        g.update(parameter, g.minus(parameter, g.times(step, g.times(rate, 0.01f))));
    }
}
