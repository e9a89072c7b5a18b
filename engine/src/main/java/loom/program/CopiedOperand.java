package loom.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Shape;

/**
 * A product and the copies before it that make its right operand for it alone, such as the patches of a convolution: a machine may read
 * them where they come from. Element {@code (g, k, column)} of the operand is a position in a space of these axes, first those of g, then of
 * k, then of the column; it lies in {@code in} where {@code axes} say, as in a {@link Kernel.Copy}, or is 0.
 *
 * @param copies one, or one and a permutation of it; nothing else reads what they make
 * @param firstK axis from which on those of k are
 * @param firstColumn axis from which on those of columns are
 */
public record CopiedOperand(
        List<Kernel.Copy> copies,
        Kernel.MatMul product,
        List<Extent> space,
        List<Kernel.Axis> axes,
        int firstK,
        int firstColumn) {
    public CopiedOperand {
        copies = List.copyOf(copies);
        space = List.copyOf(space);
        axes = List.copyOf(axes);
    }

    /** What is copied. */
    public int in() {
        return copies.get(0).in();
    }

    public Shape inShape() {
        return copies.get(0).inShape();
    }

    /** Kernels that it takes the place of: the copies and the product. */
    public int kernels() {
        return copies.size() + 1;
    }

    /** Every such operand of a program, in order, in loops, too. */
    public static List<CopiedOperand> all(Program program) {
        List<CopiedOperand> all = new ArrayList<>();
        collect(program, new Readers(program), program.kernels(), all);
        return all;
    }

    private static void collect(Program program, Readers readers, List<Kernel> kernels, List<CopiedOperand> all) {
        int i = 0;
        while (i < kernels.size()) {
            if (kernels.get(i) instanceof Kernel.Loop l) {
                collect(program, readers, l.body(), all);
            }
            Optional<CopiedOperand> found = at(program, readers, kernels, i);
            found.ifPresent(all::add);
            i += found.map(CopiedOperand::kernels).orElse(1);
        }
    }

    /** The operand whose first copy is kernel {@code i}. */
    private static Optional<CopiedOperand> at(Program program, Readers readers, List<Kernel> kernels, int i) {
        List<Kernel.Copy> copies = new ArrayList<>();
        int next = i;
        while (next < kernels.size() && copies.size() < 2 && kernels.get(next) instanceof Kernel.Copy c) {
            if (!copies.isEmpty() && c.in() != copies.get(0).out() || !isWhole(c) || !readers.isOnce(c.out())) {
                break;
            }
            copies.add(c);
            next++;
        }
        return !copies.isEmpty()
                        && next < kernels.size()
                        && kernels.get(next) instanceof Kernel.MatMul m
                        && m.b() == copies.get(copies.size() - 1).out()
                        && m.a() != m.b()
                        && program.root(copies.get(0).in()) != program.root(m.out())
                ? of(copies, m)
                : Optional.empty();
    }

    private static Optional<CopiedOperand> of(List<Kernel.Copy> copies, Kernel.MatMul m) {
        AxisMap first = AxisMap.of(copies.get(0));
        Optional<AxisMap> all = copies.size() == 1 ? Optional.of(first) : first.then(copies.get(1));
        List<Extent> sides = new ArrayList<>();
        sides.add(m.sharedB() ? Extent.ONE : m.groups());
        sides.add(m.transposeB() ? m.n() : m.k());
        sides.add(m.transposeB() ? m.k() : m.n());
        return all.flatMap(a -> a.split(sides)).map(a -> {
            int[] counts = AxisMap.counts(sides, a.space());
            int rank = a.space().size();
            AxisMap ordered = m.transposeB() ? a.ordered(swapped(counts[0], counts[0] + counts[1], rank)) : a;
            int columns = m.transposeB() ? counts[1] : counts[2];
            return new CopiedOperand(copies, m, ordered.space(), ordered.axes(), counts[0], rank - columns);
        });
    }

    /** Axes up to {@code first}, then those from {@code second} on, then those between. */
    private static int[] swapped(int first, int second, int rank) {
        int[] order = new int[rank];
        for (int j = 0; j < rank; j++) {
            order[j] = j < first ? j : j < first + rank - second ? j - first + second : j - rank + second;
        }
        return order;
    }

    private static boolean isWhole(Kernel.Copy c) {
        boolean is = c.outShape().equals(c.space());
        for (int j = 0; j < c.start().size(); j++) {
            is &= c.start().get(j) == 0;
        }
        return is;
    }

    /** Whether windows are read: an axis of the input moves with k and with the column. */
    public boolean isWindow() {
        boolean is = false;
        for (Kernel.Axis a : axes) {
            is |= moves(a, firstK, firstColumn) && moves(a, firstColumn, space.size());
        }
        return is;
    }

    private static boolean moves(Kernel.Axis axis, int from, int end) {
        boolean is = false;
        for (int j = from; j < end; j++) {
            is |= axis.strides().get(j) != 0;
        }
        return is;
    }
}
