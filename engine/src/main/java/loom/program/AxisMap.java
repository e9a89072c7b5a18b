package loom.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Words;

/**
 * Where a copy's positions lie in its input: {@code axes} over a {@code space}, which need not be that of the kernel. Axes of one element
 * are left out. Both change together: a space is split, or its axes are put in another order, and every element still comes from where it came.
 */
record AxisMap(List<Extent> space, List<Kernel.Axis> axes) {
    static AxisMap of(Kernel.Copy copy) {
        return new AxisMap(copy.space().extents(), copy.axes());
    }

    /** With the axes of the space split where those of {@code other}, a form of the same elements, begin and end; empty if they cross. */
    Optional<AxisMap> split(List<Extent> other) {
        List<Extent> parts = new ArrayList<>();
        return parts(space, other, parts) ? split(parts, counts(space, parts)) : Optional.empty();
    }

    /** @param counts how many of the parts each axis becomes */
    private Optional<AxisMap> split(List<Extent> parts, int[] counts) {
        List<int[]> all = new ArrayList<>();
        for (Kernel.Axis axis : axes) {
            int[] strides = new int[parts.size()];
            int end = 0;
            for (int j = 0; j < counts.length; j++) {
                end += counts[j];
                Extent step = Extent.of(1);
                for (int p = end - 1; p >= end - counts[j]; p--) {
                    if (axis.strides().get(j) != 0) {
                        if (step.batched()) {
                            return Optional.empty();
                        }
                        strides[p] = Math.multiplyExact(axis.strides().get(j), step.coefficient());
                    }
                    step = step.times(parts.get(p));
                }
            }
            all.add(strides);
        }
        return Optional.of(new AxisMap(List.copyOf(parts), with(all)));
    }

    private List<Kernel.Axis> with(List<int[]> strides) {
        List<Kernel.Axis> all = new ArrayList<>();
        for (int i = 0; i < strides.size(); i++) {
            Kernel.Axis a = axes.get(i);
            all.add(new Kernel.Axis(Words.of(strides.get(i)), a.offset(), a.dilation()));
        }
        return List.copyOf(all);
    }

    /** Axis {@code order[j]} becomes axis j. */
    AxisMap ordered(int... order) {
        List<Extent> extents = new ArrayList<>();
        List<int[]> strides = new ArrayList<>();
        axes.forEach(a -> strides.add(new int[order.length]));
        for (int j = 0; j < order.length; j++) {
            extents.add(space.get(order[j]));
            for (int i = 0; i < axes.size(); i++) {
                strides.get(i)[j] = axes.get(i).strides().get(order[j]);
            }
        }
        return new AxisMap(List.copyOf(extents), with(strides));
    }

    /** What this and a permutation behind it do together; empty if the copy is none, or takes axes in parts that cross this one's. */
    Optional<AxisMap> then(Kernel.Copy permutation) {
        List<Extent> between = permutation.inShape().extents();
        int[] from = from(permutation);
        if (from.length == 0) {
            return Optional.empty();
        }
        return split(between).map(m -> {
            int[] counts = counts(between, m.space);
            int[] order = new int[m.space.size()];
            int at = 0;
            for (int axis : from) {
                int first = 0;
                for (int i = 0; i < axis; i++) {
                    first += counts[i];
                }
                for (int i = 0; i < counts[axis]; i++) {
                    order[at++] = first + i;
                }
            }
            return m.ordered(order);
        });
    }

    /** Which axis of its input each axis of a permutation's result is; nothing if it is no permutation. */
    private static int[] from(Kernel.Copy c) {
        int rank = c.inShape().rank();
        int[] from = new int[rank];
        Arrays.fill(from, -1);
        boolean is = c.space().rank() == rank;
        for (int i = 0; is && i < rank; i++) {
            Kernel.Axis a = c.axes().get(i);
            int along = along(a);
            is = along >= 0
                    && from[along] < 0
                    && a.offset() == 0
                    && a.dilation() == 1
                    && c.space().extent(along).equals(c.inShape().extent(i));
            if (is) {
                from[along] = i;
            }
        }
        return is ? from : new int[0];
    }

    /** The only axis along which a coordinate moves, one by one; else -1. */
    private static int along(Kernel.Axis a) {
        int only = -1;
        for (int j = 0; j < a.strides().size(); j++) {
            if (a.strides().get(j) != 0) {
                if (only >= 0 || a.strides().get(j) != 1) {
                    return -1;
                }
                only = j;
            }
        }
        return only;
    }

    /** How many of the parts, in order, each extent is the product of; one of 1 is none. */
    static int[] counts(List<Extent> extents, List<Extent> parts) {
        int[] counts = new int[extents.size()];
        int at = 0;
        for (int i = 0; i < counts.length; i++) {
            Extent product = Extent.ONE;
            while (!product.equals(extents.get(i))) {
                product = product.times(parts.get(at++));
                counts[i]++;
            }
        }
        return counts;
    }

    /** Finds the fewest extents of which both lists are products, in order; false if there are none. */
    private static boolean parts(List<Extent> left, List<Extent> right, List<Extent> parts) {
        List<Extent> a = rest(left);
        List<Extent> b = rest(right);
        while (!a.isEmpty() && !b.isEmpty()) {
            Extent p = a.remove(0);
            Extent q = b.remove(0);
            if (divides(p, q)) {
                parts.add(p);
                put(quotient(q, p), b);
            } else if (divides(q, p)) {
                parts.add(q);
                put(quotient(p, q), a);
            } else {
                return false;
            }
        }
        return a.isEmpty() && b.isEmpty();
    }

    private static List<Extent> rest(List<Extent> extents) {
        List<Extent> all = new ArrayList<>(extents);
        all.removeIf(Extent::isOne);
        return all;
    }

    private static void put(Extent remaining, List<Extent> rest) {
        if (!remaining.isOne()) {
            rest.add(0, remaining);
        }
    }

    private static boolean divides(Extent p, Extent q) {
        return q.coefficient() % p.coefficient() == 0 && (q.batched() || !p.batched());
    }

    private static Extent quotient(Extent q, Extent p) {
        return new Extent(q.coefficient() / p.coefficient(), q.batched() && !p.batched());
    }
}
