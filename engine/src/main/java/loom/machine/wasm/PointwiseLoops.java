package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Kernel;
import loom.program.Term;

/**
 * The nested loops of a pointwise kernel, the outermost first: the axes of its space, of which neighbours that every operand either has or repeats are one.
 *
 * @param extents trips of each loop; there is at least one
 * @param axes the axis of the space behind each loop, the last of several, or −1 where the space has one element; only of use where it stands alone
 */
record PointwiseLoops(List<Extent> extents, List<Integer> axes) {
    static PointwiseLoops of(Kernel.Pointwise kernel) {
        List<Extent> extents = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        Shape space = kernel.space();
        for (int a = 0; a < space.rank(); a++) {
            if (space.extent(a).isOne()) {
                continue;
            }
            int last = extents.size() - 1;
            if (last >= 0 && joins(kernel, axes.get(last), a)) {
                extents.set(last, extents.get(last).times(space.extent(a)));
                axes.set(last, a);
            } else {
                extents.add(space.extent(a));
                axes.add(a);
            }
        }
        if (extents.isEmpty()) {
            extents.add(Extent.ONE);
            axes.add(-1);
        }
        return new PointwiseLoops(extents, axes);
    }

    private static boolean joins(Kernel.Pointwise kernel, int before, int axis) {
        List<Term> terms = kernel.code().terms();
        if (terms.contains(new Term.Index(before)) || terms.contains(new Term.Index(axis))) {
            return false;
        }
        for (Kernel.Load l : kernel.loads()) {
            if (!l.joins(before, axis)) {
                return false;
            }
        }
        return true;
    }

    /** Its extent. */
    Extent outermost() {
        return extents.get(0);
    }
}
