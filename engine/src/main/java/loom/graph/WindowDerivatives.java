package loom.graph;

import java.util.ArrayList;
import java.util.List;

/** Derivatives of windows and convolutions: again windows, convolutions and products. */
final class WindowDerivatives {
    private WindowDerivatives() {}

    /** Every input position sums what its windows got, tap by tap, as one row reduction over the taps. */
    static Node input(GraphBuilder b, Op.Window w, Node g, Shape x) {
        int rank = w.geometry().rank();
        Node byPosition = b.add(new Op.Unwindow(w.geometry(), Words.of(spatial(x))), g);
        List<Extent> rows = new ArrayList<>(x.extents());
        rows.add(byPosition.shape().product(2 + rank, 2 + 2 * rank));
        return b.reshape(b.sum(b.reshape(byPosition, Shape.of(rows)), 2 + rank), x);
    }

    /** Convolution of the output's gradient by the turned kernel; k runs over (output channel, taps). */
    static Node data(GraphBuilder b, Op.Conv c, Node g, Node w, Shape x) {
        int rank = c.geometry().rank();
        Node turned = w;
        for (int i = 0; i < rank; i++) {
            turned = b.add(new Op.Reverse(2 + i), turned);
        }
        // [G·F, C, K...] to [G·C, F, K...]
        Extent groups = Extent.of(c.groups());
        Extent filters = Extent.of(w.shape().dim(0) / c.groups());
        List<Extent> split = new ArrayList<>(List.of(groups, filters));
        split.addAll(w.shape().extents().subList(1, 2 + rank));
        int[] swap = new int[3 + rank];
        for (int i = 0; i < swap.length; i++) {
            swap[i] = i;
        }
        swap[1] = 2;
        swap[2] = 1;
        Node swapped = b.permute(b.reshape(turned, Shape.of(split)), swap);
        List<Extent> joined = new ArrayList<>(List.of(groups.times(w.shape().extent(1)), filters));
        joined.addAll(w.shape().extents().subList(2, 2 + rank));
        WindowGeometry back = c.geometry().transposed(spatial(x), spatial(g.shape()));
        return b.add(new Op.Conv(back, c.groups()), g, b.reshape(swapped, Shape.of(joined)));
    }

    /** Product of gradient and windows; k runs over (batch, position). */
    static Node weights(GraphBuilder b, Op.Conv c, Node g, Node x, Shape w) {
        int rank = c.geometry().rank();
        Extent groups = Extent.of(c.groups());
        Extent batch = g.shape().extent(0);
        Extent positions = g.shape().product(2, 2 + rank);
        Extent filters = Extent.of(w.dim(0) / c.groups());
        Extent taps = w.product(1, 2 + rank);
        Node gradient = rows(b, g, batch, groups, filters, positions);
        Node windows = rows(b, b.add(new Op.Window(c.geometry()), x), batch, groups, taps, positions);
        return b.reshape(b.matMul(gradient, true, windows, false), w);
    }

    /** {@code [N, G·columns, positions] → [G, N·positions, columns]}. */
    private static Node rows(GraphBuilder b, Node a, Extent batch, Extent groups, Extent columns, Extent positions) {
        Node split = b.reshape(a, Shape.of(List.of(batch, groups, columns, positions)));
        Node turned = b.permute(split, 1, 0, 3, 2);
        return b.reshape(turned, Shape.of(List.of(groups, batch.times(positions), columns)));
    }

    private static int[] spatial(Shape s) {
        int[] r = new int[s.rank() - 2];
        for (int i = 0; i < r.length; i++) {
            r[i] = s.dim(2 + i);
        }
        return r;
    }
}
