package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Operators that keep all elements and give them another shape or order, or repeat them. */
final class Shaping {
    static final List<Operator> ALL = List.of(
            Operator.of("Reshape", 5, "shape known, or extents of other values", Shaping::reshape),
            Operator.of("Flatten", 1, Shaping::flatten),
            Operator.of("Squeeze", 1, Shaping::squeeze),
            Operator.of("Unsqueeze", 1, Shaping::unsqueeze),
            Operator.of("Transpose", 1, Shaping::transpose),
            Operator.of("Expand", 8, "shape known, or extents of other values", Shaping::expand),
            Operator.of("Tile", 6, "repeats known", Shaping::tile),
            Operator.of("DepthToSpace", 1, Shaping::depthToSpace),
            Operator.of("SpaceToDepth", 1, Shaping::spaceToDepth));

    private Shaping() {}

    private static Node reshape(Call c) {
        Node x = c.x(0);
        Known to = c.known(1);
        Shape from = x.shape();
        List<Extent> extents = new ArrayList<>();
        Extent rest = from.elements();
        int free = -1;
        for (int i = 0; i < to.size(); i++) {
            long v = to.whole(i);
            if (v == -1) {
                free = i;
                extents.add(Extent.ONE);
                continue;
            }
            if (v == 0 && !c.flag("allowzero")) {
                if (i >= from.rank()) {
                    throw c.refuse("extent 0 of axis " + i + " keeps what " + from + " does not have");
                }
                extents.add(from.extent(i));
            } else {
                extents.add(to.extent(i));
            }
            rest = quotient(c, rest, extents.get(i), from, to);
        }
        if (free >= 0) {
            extents.set(free, rest);
        }
        return c.graph().reshape(x, Shape.of(extents));
    }

    private static Extent quotient(Call c, Extent a, Extent b, Shape from, Known to) {
        boolean fits = b.coefficient() > 0 && a.coefficient() % b.coefficient() == 0 && (a.batched() || !b.batched());
        if (!fits) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < to.size(); i++) {
                text.append(i == 0 ? "" : ",").append(to.whole(i)).append(to.batched(i) ? "N" : "");
            }
            throw c.refuse(from + " does not fit [" + text + "]");
        }
        return new Extent(a.coefficient() / b.coefficient(), a.batched() && !b.batched());
    }

    private static Node flatten(Call c) {
        Shape s = c.shape(0);
        int axis = c.whole("axis", 1);
        axis = axis < 0 ? axis + s.rank() : axis;
        if (axis < 0 || axis > s.rank()) {
            throw c.refuse("axis " + axis + " of rank " + s.rank());
        }
        return c.graph().reshape(c.x(0), Shape.of(List.of(s.product(0, axis), s.product(axis, s.rank()))));
    }

    private static Node squeeze(Call c) {
        Shape s = c.shape(0);
        int[] given = c.either(1, "axes");
        boolean[] gone = new boolean[s.rank()];
        if (given == null) {
            for (int i = 0; i < gone.length; i++) {
                gone[i] = s.extent(i).isOne();
            }
        } else {
            for (int a : c.axes(given, s.rank())) {
                if (!s.extent(a).isOne()) {
                    throw c.refuse("axis " + a + " of " + s + " is not 1");
                }
                gone[a] = true;
            }
        }
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                extents.add(s.extent(i));
            }
        }
        return c.graph().reshape(c.x(0), Shape.of(extents));
    }

    private static Node unsqueeze(Call c) {
        Shape s = c.shape(0);
        int[] axes = c.either(1, "axes");
        if (axes == null) {
            throw c.refuse("does not say which axes");
        }
        int rank = s.rank() + axes.length;
        boolean[] added = new boolean[rank];
        for (int a : c.axes(axes, rank)) {
            added[a] = true;
        }
        List<Extent> extents = new ArrayList<>();
        int next = 0;
        for (boolean a : added) {
            extents.add(a ? Extent.ONE : s.extent(next++));
        }
        return c.graph().reshape(c.x(0), Shape.of(extents));
    }

    private static Node transpose(Call c) {
        int rank = c.shape(0).rank();
        int[] back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[i] = rank - 1 - i;
        }
        int[] perm = c.axes(c.wholes("perm", back), rank);
        if (perm.length != rank) {
            throw c.refuse("a permutation of " + perm.length + " axes of rank " + rank);
        }
        return c.graph().permute(c.x(0), perm);
    }

    private static Node expand(Call c) {
        Known to = c.known(1);
        Shape from = c.shape(0);
        int rank = Math.max(from.rank(), to.size());
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int a = i - (rank - from.rank());
            int b = i - (rank - to.size());
            Extent e = a < 0 ? Extent.ONE : from.extent(a);
            boolean other = b >= 0 && !(to.whole(b) == 1 && !to.batched(b));
            if (other && !e.isOne() && (to.whole(b) != e.coefficient() || to.batched(b) != e.batched())) {
                throw c.refuse("axis " + i + " of " + from + " cannot have " + to.whole(b) + " elements");
            }
            extents.add(e.isOne() && b >= 0 ? to.extent(b) : e);
        }
        return c.graph().broadcast(c.x(0), Shape.of(extents));
    }

    private static Node tile(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        int[] repeats = c.wholes(1);
        if (repeats.length != x.shape().rank()) {
            throw c.refuse(repeats.length + " repeats for rank " + x.shape().rank());
        }
        for (int i = 0; i < repeats.length; i++) {
            if (repeats[i] != 1) {
                Shape s = x.shape();
                Node many = g.broadcast(g.reshape(x, s.insert(i, Extent.ONE)), s.insert(i, Extent.of(repeats[i])));
                x = g.reshape(many, s.withDim(i, s.extent(i).times(Extent.of(repeats[i]))));
            }
        }
        return x;
    }

    private static Node depthToSpace(Call c) {
        GraphBuilder g = c.graph();
        Shape s = c.shape(0);
        int b = c.whole("blocksize", 1);
        int channels = s.dim(1) / (b * b);
        boolean crd = c.text("mode", "DCR").equals("CRD");
        int[] split = crd ? new int[] {channels, b, b} : new int[] {b, b, channels};
        Node x = g.reshape(
                c.x(0),
                Shape.of(List.of(
                        s.extent(0),
                        Extent.of(split[0]),
                        Extent.of(split[1]),
                        Extent.of(split[2]),
                        s.extent(2),
                        s.extent(3))));
        Node y = crd ? g.permute(x, 0, 1, 4, 2, 5, 3) : g.permute(x, 0, 3, 4, 1, 5, 2);
        return g.reshape(
                y,
                Shape.of(List.of(s.extent(0), Extent.of(channels), Extent.of(s.dim(2) * b), Extent.of(s.dim(3) * b))));
    }

    private static Node spaceToDepth(Call c) {
        GraphBuilder g = c.graph();
        Shape s = c.shape(0);
        int b = c.whole("blocksize", 1);
        int rows = s.dim(2) / b;
        int columns = s.dim(3) / b;
        Node x = g.reshape(
                c.x(0),
                Shape.of(List.of(
                        s.extent(0), s.extent(1), Extent.of(rows), Extent.of(b), Extent.of(columns), Extent.of(b))));
        return g.reshape(
                g.permute(x, 0, 3, 5, 1, 2, 4),
                Shape.of(List.of(s.extent(0), Extent.of(s.dim(1) * b * b), Extent.of(rows), Extent.of(columns))));
    }
}
