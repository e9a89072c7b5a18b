package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.onnx.Known.Kind;

/** Operators that move elements, for operands that are known. */
final class KnownShaping {
    private static final int MAX_ELEMENTS = 1 << 16;

    private KnownShaping() {}

    static Known of(Call c) {
        return switch (c.op()) {
            case "Reshape" -> reshape(c);
            case "Flatten" -> flatten(c);
            case "Unsqueeze" -> unsqueeze(c);
            case "Squeeze" -> squeeze(c);
            case "Concat" -> concat(c);
            case "Gather" -> gather(c);
            case "Slice" -> slice(c);
            case "Expand" -> expand(c);
            case "Transpose" -> transpose(c);
            case "Range" -> range(c);
            case "ConstantOfShape" -> filled(c);
            case "Shape" -> shape(c);
            case "Size" -> Known.wholes(new int[0], new long[] {c.known(0).size()});
            case "Tile" -> tile(c);
            case "NonZero" -> nonZero(c);
            default -> null;
        };
    }

    private static Known reshape(Call c) {
        Known k = c.known(0);
        int[] to = c.wholes(1);
        int[] dims = to.clone();
        int rest = k.size();
        int free = -1;
        for (int i = 0; i < dims.length; i++) {
            if (to[i] == 0 && !c.flag("allowzero")) {
                dims[i] = k.dim(i);
            }
            if (to[i] == -1) {
                free = i;
            } else if (dims[i] > 0) {
                rest /= dims[i];
            }
        }
        if (free >= 0) {
            dims[free] = rest;
        }
        if (Folding.elements(dims) != k.size()) {
            throw c.refuse(TensorReader.text(k.dims()) + " does not fit " + TensorReader.text(to));
        }
        return k.shaped(dims);
    }

    private static Known flatten(Call c) {
        Known k = c.known(0);
        int axis = c.whole("axis", 1);
        axis = axis < 0 ? axis + k.rank() : axis;
        int outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= k.dim(i);
        }
        return outer == 0 ? null : k.shaped(outer, k.size() / outer);
    }

    private static Known unsqueeze(Call c) {
        Known k = c.known(0);
        int[] axes = c.either(1, "axes");
        int rank = k.rank() + axes.length;
        axes = c.axes(axes, rank);
        int[] dims = new int[rank];
        for (int a : axes) {
            dims[a] = -1;
        }
        int next = 0;
        for (int i = 0; i < rank; i++) {
            dims[i] = dims[i] == -1 ? 1 : k.dim(next++);
        }
        return k.shaped(dims);
    }

    private static Known squeeze(Call c) {
        Known k = c.known(0);
        int[] given = c.either(1, "axes");
        int[] axes = given == null ? null : c.axes(given, k.rank());
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < k.rank(); i++) {
            boolean goes = axes == null && k.dim(i) == 1;
            for (int j = 0; axes != null && j < axes.length; j++) {
                goes |= axes[j] == i;
            }
            if (goes && k.dim(i) != 1) {
                throw c.refuse("axis " + i + " of " + TensorReader.text(k.dims()) + " is not 1");
            }
            if (!goes) {
                dims.add(k.dim(i));
            }
        }
        return k.shaped(array(dims));
    }

    private static int[] array(List<Integer> list) {
        int[] a = new int[list.size()];
        for (int i = 0; i < a.length; i++) {
            a[i] = list.get(i);
        }
        return a;
    }

    /** Of lists. */
    private static Known concat(Call c) {
        int n = 0;
        boolean real = false;
        for (int i = 0; i < c.count(); i++) {
            if (c.known(i).rank() != 1) {
                return null;
            }
            n += c.known(i).size();
            real |= c.known(i).isReal();
        }
        float[] reals = new float[real ? n : 0];
        long[] wholes = new long[real ? 0 : n];
        boolean[] batched = new boolean[wholes.length];
        int at = 0;
        for (int i = 0; i < c.count(); i++) {
            Known k = c.known(i);
            for (int j = 0; j < k.size(); j++, at++) {
                if (real) {
                    reals[at] = k.real(j);
                } else {
                    wholes[at] = k.whole(j);
                    batched[at] = k.batched(j);
                }
            }
        }
        return real ? Known.reals(new int[] {n}, reals) : Known.wholes(new int[] {n}, wholes, batched);
    }

    /** Along the first axis. */
    private static Known gather(Call c) {
        Known k = c.known(0);
        Known at = c.known(1);
        if (k.rank() < 1 || c.axis(c.whole("axis", 0), k.rank()) != 0 || at.anyBatched()) {
            return null;
        }
        int row = k.dim(0) == 0 ? 0 : k.size() / k.dim(0);
        int[] from = new int[at.size() * row];
        for (int i = 0; i < at.size(); i++) {
            long index = at.whole(i) < 0 ? at.whole(i) + k.dim(0) : at.whole(i);
            if (index < 0 || index >= k.dim(0)) {
                throw c.refuse("index " + at.whole(i) + " of " + k.dim(0));
            }
            for (int j = 0; j < row; j++) {
                from[i * row + j] = (int) index * row + j;
            }
        }
        int[] dims = new int[at.rank() + k.rank() - 1];
        for (int i = 0; i < at.rank(); i++) {
            dims[i] = at.dim(i);
        }
        for (int i = 1; i < k.rank(); i++) {
            dims[at.rank() + i - 1] = k.dim(i);
        }
        return k.picked(from, dims);
    }

    private static Known slice(Call c) {
        Known k = c.known(0);
        for (Cutting.Cut cut : Cutting.cuts(c, k.dims())) {
            int inner = 1;
            for (int i = cut.axis() + 1; i < k.rank(); i++) {
                inner *= k.dim(i);
            }
            int[] dims = k.dims();
            dims[cut.axis()] = cut.size();
            int[] from = new int[Folding.elements(dims)];
            for (int i = 0; i < from.length; i++) {
                int along = i / inner % cut.size();
                int outer = i / inner / cut.size();
                from[i] = (outer * k.dim(cut.axis()) + cut.start() + along * cut.step()) * inner + i % inner;
            }
            k = k.picked(from, dims);
        }
        return k;
    }

    private static Known expand(Call c) {
        if (c.known(1).anyBatched()) {
            return null;
        }
        int[] dims = Folding.common(c, c.known(0).dims(), c.wholes(1));
        return Folding.elements(dims) > MAX_ELEMENTS ? null : Folding.expanded(c.known(0), dims);
    }

    private static Known transpose(Call c) {
        Known k = c.known(0);
        if (k.rank() > 2) {
            return null;
        }
        if (k.rank() < 2 || c.wholes("perm", 1, 0)[0] == 0) {
            return k;
        }
        int[] from = new int[k.size()];
        for (int i = 0; i < from.length; i++) {
            from[i] = i % k.dim(0) * k.dim(1) + i / k.dim(0);
        }
        return k.picked(from, k.dim(1), k.dim(0));
    }

    private static Known range(Call c) {
        Known start = c.known(0);
        if (start.isReal()) {
            return realRange(c);
        }
        if (start.anyBatched() || c.known(1).anyBatched() || c.known(2).anyBatched()) {
            return null;
        }
        long from = start.whole(0);
        long step = c.known(2).whole(0);
        long span = c.known(1).whole(0) - from;
        if (step == 0) {
            throw c.refuse("a step of 0");
        }
        long n = Math.max(0, Math.ceilDiv(span, step));
        if (n > MAX_ELEMENTS) {
            throw c.refuse("a range of " + n + " numbers");
        }
        long[] values = new long[(int) n];
        for (int i = 0; i < n; i++) {
            values[i] = from + i * step;
        }
        return Known.list(values);
    }

    private static Known realRange(Call c) {
        double from = c.known(0).real(0);
        double step = c.known(2).real(0);
        double n = Math.ceil((c.known(1).real(0) - from) / step);
        if (!(n < MAX_ELEMENTS)) {
            throw c.refuse("too long a range");
        }
        float[] values = new float[(int) Math.max(0, n)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (from + i * step);
        }
        return Known.reals(new int[] {values.length}, values);
    }

    private static Known filled(Call c) {
        if (c.known(0).anyBatched()) {
            return null;
        }
        int[] dims = c.wholes(0);
        long n = 1;
        for (int d : dims) {
            if (d < 0) {
                throw c.refuse("extent " + d);
            }
            n *= d;
            if (n > MAX_ELEMENTS) {
                return null;
            }
        }
        return c.hasAttribute("whole_value")
                ? Folding.expanded(Known.wholes(new int[0], new long[] {c.whole("whole_value", 0)}), dims)
                : Folding.expanded(Known.reals(new int[0], new float[] {c.real("value", 0)}), dims);
    }

    private static Known shape(Call c) {
        Known k = c.known(0);
        long[] dims = new long[k.rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = k.dim(i);
        }
        int from = Constants.bound(c.whole("start", 0), dims.length);
        int to = Constants.bound(c.whole("end", dims.length), dims.length);
        return Known.list(java.util.Arrays.copyOfRange(dims, from, Math.max(from, to)));
    }

    /** Of a list. */
    private static Known tile(Call c) {
        Known k = c.known(0);
        if (k.rank() != 1 || c.known(1).anyBatched()) {
            return null;
        }
        int[] from = new int[Math.multiplyExact(k.size(), Math.max(0, c.wholes(1)[0]))];
        for (int i = 0; i < from.length; i++) {
            from[i] = i % k.size();
        }
        return from.length > MAX_ELEMENTS ? null : k.picked(from, from.length);
    }

    private static Known nonZero(Call c) {
        Known k = c.known(0);
        if (k.anyBatched() || k.rank() == 0) {
            return null;
        }
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < k.size(); i++) {
            if (k.isReal() ? k.real(i) != 0 : k.whole(i) != 0) {
                at.add(i);
            }
        }
        long[] values = new long[k.rank() * at.size()];
        int stride = k.size();
        for (int axis = 0; axis < k.rank(); axis++) {
            stride /= k.dim(axis);
            for (int j = 0; j < at.size(); j++) {
                values[axis * at.size() + j] = at.get(j) / stride % k.dim(axis);
            }
        }
        return Known.wholes(new int[] {k.rank(), at.size()}, values).as(Kind.WHOLE, k.rank(), at.size());
    }
}
