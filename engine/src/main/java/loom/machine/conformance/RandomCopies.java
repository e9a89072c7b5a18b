package loom.machine.conformance;

import java.util.function.UnaryOperator;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;

/** Permutations, slices, pads and concatenations, one after the other. */
final class RandomCopies {
    private static final int MAX_ELEMENTS = 6000;

    private final Dice dice;
    private final GraphBuilder g;
    private final UnaryOperator<Node> feed;
    private final boolean batched;

    RandomCopies(Dice dice, GraphBuilder g, UnaryOperator<Node> feed, boolean batched) {
        this.dice = dice;
        this.g = g;
        this.feed = feed;
        this.batched = batched;
    }

    void build() {
        int rank = dice.between(1, 4);
        int[] dims = new int[rank];
        int limit = MAX_ELEMENTS / (batched ? 9 : 1) / 4;
        for (int i = 0; i < rank; i++) {
            dims[i] = dice.extent(Math.max(1, Math.min(40, limit)));
            limit /= dims[i];
        }
        Shape shape = Shape.of(dims, batched ? dice.below(rank) : -1);
        Node x = feed.apply(g.input("x", dice.chance(80) ? TensorType.f32(shape) : TensorType.i32(shape)));
        int count = dice.between(1, 4);
        for (int i = 0; i < count; i++) {
            Node y = move(x);
            // Keeps interior pads from blowing up the size.
            if (y.shape().elements(batched ? 9 : 1) <= MAX_ELEMENTS) {
                x = y;
            }
            g.output("y" + i, x);
        }
    }

    private Node move(Node x) {
        return switch (dice.below(4)) {
            case 0 -> permuted(x);
            case 1 -> sliced(x);
            case 2 -> padded(x);
            default -> {
                int axis = dice.below(x.shape().rank());
                yield axis == x.shape().batchAxis() ? permuted(x) : g.concat(axis, x, sliced(x, axis), x);
            }
        };
    }

    private Node permuted(Node x) {
        int[] axes = new int[x.shape().rank()];
        for (int i = 0; i < axes.length; i++) {
            int j = dice.below(i + 1);
            axes[i] = axes[j];
            axes[j] = i;
        }
        return g.permute(x, axes);
    }

    private Node sliced(Node x, int axis) {
        int n = x.shape().dim(axis);
        int start = dice.below(n);
        return g.slice(x, axis, start, dice.between(1, n - start));
    }

    private Node sliced(Node x) {
        Shape s = x.shape();
        int[] starts = new int[s.rank()];
        int[] sizes = s.dims();
        int[] strides = new int[s.rank()];
        for (int i = 0; i < strides.length; i++) {
            strides[i] = 1;
            if (i != s.batchAxis()) {
                starts[i] = dice.below(s.dim(i));
                strides[i] = dice.between(1, 3);
                sizes[i] = dice.between(1, (s.dim(i) - 1 - starts[i]) / strides[i] + 1);
            }
        }
        return g.add(new Op.Slice(Words.of(starts), Words.of(sizes), Words.of(strides)), x);
    }

    private Node padded(Node x) {
        int rank = x.shape().rank();
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] interior = new int[rank];
        for (int i = 0; i < rank; i++) {
            if (i != x.shape().batchAxis()) {
                before[i] = dice.below(4);
                after[i] = dice.below(4);
                interior[i] = dice.chance(25) ? dice.below(3) : 0;
            }
        }
        return g.add(new Op.Pad(Words.of(before), Words.of(after), Words.of(interior)), x);
    }
}
