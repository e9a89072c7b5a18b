package loom.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loom.numeric.Philox;

/** Runs a graph in double precision, written independently of the machines: the oracle for values and for central differences. */
public final class DoubleInterpreter {
    private final int batch;
    private final Map<String, double[]> sources;
    private final Map<Node, double[]> values = new HashMap<>();
    private final Map<Node, List<double[]>> loops = new HashMap<>();

    public DoubleInterpreter(int batch, Map<String, double[]> sources) {
        this.batch = batch;
        this.sources = sources;
    }

    public double[] value(Node n) {
        double[] v = values.get(n);
        if (v == null) {
            v = compute(n);
            if (!(n.op() instanceof Op.Loop) && v.length != n.shape().elements(batch)) {
                throw new IllegalStateException(n + " has " + v.length + " values");
            }
            values.put(n, v);
        }
        return v;
    }

    private double[] in(Node n, int i) {
        return value(n.input(i));
    }

    private double[] compute(Node n) {
        int size = n.shape().elements(batch);
        return switch (n.op()) {
            case Op.Input s -> given(s.name(), size);
            case Op.Parameter s -> given(s.name(), size);
            case Op.State s -> given(s.name(), size);
            case Op.Scalar s -> s.name().equals(Op.Scalar.BATCH) ? new double[] {batch} : given(s.name(), 1);
            case Op.Splat s -> fill(size, number(s.bits(), s.type().element()));
            case Op.Table t -> {
                double[] r = new double[size];
                for (int i = 0; i < size; i++) {
                    r[i] = number(t.bits().get(i), t.type().element());
                }
                yield r;
            }
            case Op.Iota i -> {
                double[] r = new double[size];
                int stride = n.shape().stride(i.axis()).at(batch);
                int extent = n.shape().extent(i.axis()).at(batch);
                for (int p = 0; p < size; p++) {
                    r[p] = p / stride % extent;
                }
                yield r;
            }
            case PointOp p -> {
                double[] r = new double[size];
                double[][] operands = new double[n.inputs().size()][];
                for (int k = 0; k < operands.length; k++) {
                    operands[k] = in(n, k);
                }
                double[] x = new double[operands.length];
                for (int i = 0; i < size; i++) {
                    for (int k = 0; k < x.length; k++) {
                        x[k] = operands[k][i];
                    }
                    r[i] = point(p, x);
                }
                yield r;
            }
            case Op.Broadcast b -> {
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] r = new double[size];
                double[] x = in(n, 0);
                int[] p = new int[to.length];
                for (int i = 0; i < size; i++) {
                    int at = 0;
                    for (int d = 0; d < from.length; d++) {
                        int c = p[to.length - from.length + d];
                        at = at * from[d] + (from[d] == 1 ? 0 : c);
                    }
                    r[i] = x[at];
                    next(p, to);
                }
                yield r;
            }
            case Op.Reshape r -> in(n, 0);
            case Op.StopGradient s -> in(n, 0);
            case Op.Surrogate s -> in(n, 0);
            case Op.Permute q -> {
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] r = new double[size];
                double[] x = in(n, 0);
                int[] p = new int[to.length];
                for (int i = 0; i < size; i++) {
                    int[] c = new int[from.length];
                    for (int d = 0; d < to.length; d++) {
                        c[q.axes().get(d)] = p[d];
                    }
                    r[i] = x[flat(c, from)];
                    next(p, to);
                }
                yield r;
            }
            case Op.Slice s -> {
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] r = new double[size];
                double[] x = in(n, 0);
                int[] p = new int[to.length];
                for (int i = 0; i < size; i++) {
                    int[] c = new int[from.length];
                    for (int d = 0; d < to.length; d++) {
                        c[d] = s.starts().get(d) + p[d] * s.strides().get(d);
                    }
                    r[i] = x[flat(c, from)];
                    next(p, to);
                }
                yield r;
            }
            case Op.Pad s -> {
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] r = new double[size];
                int[] p = new int[from.length];
                for (double x : in(n, 0)) {
                    int[] c = new int[from.length];
                    for (int d = 0; d < to.length; d++) {
                        c[d] = s.before().get(d) + p[d] * (1 + s.interior().get(d));
                    }
                    r[flat(c, to)] = x;
                    next(p, from);
                }
                yield r;
            }
            case Op.Concat c -> {
                double[] r = new double[size];
                int[] to = n.shape().at(batch);
                int start = 0;
                for (int k = 0; k < n.inputs().size(); k++) {
                    int[] from = n.input(k).shape().at(batch);
                    int[] p = new int[from.length];
                    for (double x : in(n, k)) {
                        int[] q = p.clone();
                        q[c.axis()] += start;
                        r[flat(q, to)] = x;
                        next(p, from);
                    }
                    start += from[c.axis()];
                }
                yield r;
            }
            case Op.Reduce q -> {
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] r = fill(
                        size,
                        switch (q.kind()) {
                            case SUM -> 0;
                            case MAX -> Double.NEGATIVE_INFINITY;
                            case MIN -> Double.POSITIVE_INFINITY;
                        });
                int[] p = new int[from.length];
                for (double x : in(n, 0)) {
                    int[] c = p.clone();
                    c[q.axis()] = 0;
                    int at = flat(c, to);
                    r[at] = switch (q.kind()) {
                        case SUM -> r[at] + x;
                        case MAX -> Math.max(r[at], x);
                        case MIN -> Math.min(r[at], x);
                    };
                    next(p, from);
                }
                yield r;
            }
            case Op.MatMul m -> matMul(n, m, size);
            case Op.Reverse r -> {
                int[] to = n.shape().at(batch);
                double[] v = new double[size];
                double[] x = in(n, 0);
                int[] p = new int[to.length];
                for (int i = 0; i < size; i++) {
                    int[] c = p.clone();
                    c[r.axis()] = to[r.axis()] - 1 - p[r.axis()];
                    v[i] = x[flat(c, to)];
                    next(p, to);
                }
                yield v;
            }
            case Op.Window w -> {
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] v = new double[size];
                double[] x = in(n, 0);
                int[] p = new int[to.length];
                for (int i = 0; i < size; i++) {
                    v[i] = at(
                            x,
                            from,
                            p[0],
                            p[1],
                            w.geometry(),
                            p,
                            2,
                            2 + w.geometry().rank());
                    next(p, to);
                }
                yield v;
            }
            case Op.Unwindow u -> {
                WindowGeometry g = u.geometry();
                int[] from = n.input(0).shape().at(batch);
                int[] to = n.shape().at(batch);
                double[] v = new double[size];
                int[] q = new int[from.length];
                for (double x : in(n, 0)) {
                    int[] c = new int[to.length];
                    c[0] = q[0];
                    c[1] = q[1];
                    boolean inside = true;
                    for (int d = 0; d < g.rank(); d++) {
                        int at = g.strides().get(d) * q[2 + g.rank() + d]
                                + g.dilations().get(d) * q[2 + d]
                                - g.before().get(d);
                        int step = g.inputDilations().get(d);
                        inside &= at >= 0
                                && at % step == 0
                                && at / step < u.spatial().get(d);
                        c[2 + d] = at / step;
                        c[2 + g.rank() + d] = q[2 + d];
                    }
                    if (inside) {
                        v[flat(c, to)] = x;
                    }
                    next(q, from);
                }
                yield v;
            }
            case Op.Conv c -> conv(n, c, size);
            case Op.Gather r -> {
                double[] v = new double[size];
                double[] x = in(n, 0);
                int[] table = n.input(0).shape().at(batch);
                eachIndexed(n, n.shape(), table, r.lead(), (row, place) -> v[place] = x[row]);
                yield v;
            }
            case Op.ScatterAdd s -> {
                double[] v = new double[size];
                double[] x = in(n, 0);
                int[] table = n.shape().at(batch);
                eachIndexed(n, n.input(0).shape(), table, s.lead(), (row, place) -> v[row] += x[place]);
                yield v;
            }
            case Op.Loop l -> {
                loops.put(n, loop(n, l));
                yield new double[0];
            }
            case Op.Result r -> {
                value(n.input(0));
                yield loops.get(n.input(0)).get(r.index());
            }
        };
    }

    private interface Pair {
        void visit(int row, int place);
    }

    /** For every element of {@code list [L..., I..., D...]}, in order, the one of the table that operand 1 gives it. */
    private void eachIndexed(Node n, Shape listShape, int[] table, int lead, Pair pair) {
        int[] indexExtents = n.input(1).shape().at(batch);
        double[] indices = in(n, 1);
        int[] list = listShape.at(batch);
        int[] p = new int[list.length];
        for (int i = 0; i < size(list); i++) {
            int index = (int) indices[flat(java.util.Arrays.copyOf(p, indexExtents.length), indexExtents)];
            if (index < 0 || index >= table[lead]) {
                throw new IllegalStateException(n + ": index " + index + " of " + table[lead]);
            }
            int[] c = new int[table.length];
            for (int d = 0; d < table.length; d++) {
                c[d] = d < lead ? p[d] : d == lead ? index : p[d - lead - 1 + indexExtents.length];
            }
            pair.visit(flat(c, table), i);
            next(p, list);
        }
    }

    private static double[] factors(Factors factors, double[] values) {
        return Arrays.stream(values)
                .map(v -> factors == Factors.F32 ? v : factors.round((float) v))
                .toArray();
    }

    private double[] matMul(Node n, Op.MatMul op, int size) {
        int[] a = n.input(0).shape().at(batch);
        int[] b = n.input(1).shape().at(batch);
        int[] to = n.shape().at(batch);
        int m = to[to.length - 2];
        int c = to[to.length - 1];
        int k = a[a.length - (op.transposeA() ? 2 : 1)];
        double[] x = factors(op.factors(), in(n, 0));
        double[] y = factors(op.factors(), in(n, 1));
        double[] r = new double[size];
        for (int g = 0; g < size / (m * c); g++) {
            int ga = a.length < to.length ? 0 : g * m * k;
            int gb = b.length < to.length ? 0 : g * k * c;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < c; j++) {
                    double s = 0;
                    for (int p = 0; p < k; p++) {
                        s += x[ga + (op.transposeA() ? p * m + i : i * k + p)]
                                * y[gb + (op.transposeB() ? j * k + p : p * c + j)];
                    }
                    r[(g * m + i) * c + j] = s;
                }
            }
        }
        return r;
    }

    /** Input element that tap {@code p[k..]} of window {@code p[o..]} reads, 0 outside. */
    private static double at(double[] x, int[] from, int sample, int channel, WindowGeometry g, int[] p, int k, int o) {
        int[] c = new int[from.length];
        c[0] = sample;
        c[1] = channel;
        for (int d = 0; d < g.rank(); d++) {
            int at = g.strides().get(d) * p[o + d]
                    + g.dilations().get(d) * p[k + d]
                    - g.before().get(d);
            int step = g.inputDilations().get(d);
            if (at < 0 || at % step != 0 || at / step >= from[2 + d]) {
                return 0;
            }
            c[2 + d] = at / step;
        }
        return x[flat(c, from)];
    }

    private double[] conv(Node n, Op.Conv op, int size) {
        int[] from = n.input(0).shape().at(batch);
        int[] kernel = n.input(1).shape().at(batch);
        int[] to = n.shape().at(batch);
        int rank = op.geometry().rank();
        int perGroup = to[1] / op.groups();
        double[] x = in(n, 0);
        double[] w = in(n, 1);
        double[] r = new double[size];
        int[] p = new int[to.length];
        for (int i = 0; i < size; i++) {
            int[] tap = new int[1 + rank];
            int[] taps = java.util.Arrays.copyOfRange(kernel, 1, kernel.length);
            int first = p[1] / perGroup * kernel[1];
            int count = size(taps);
            for (int k = 0; k < count; k++) {
                int[] both = new int[2 * rank];
                System.arraycopy(tap, 1, both, 0, rank);
                System.arraycopy(p, 2, both, rank, rank);
                r[i] += w[p[1] * count + k] * at(x, from, p[0], first + tap[0], op.geometry(), both, 0, rank);
                next(tap, taps);
            }
            next(p, to);
        }
        return r;
    }

    private static int size(int[] extents) {
        int n = 1;
        for (int e : extents) {
            n *= e;
        }
        return n;
    }

    private List<double[]> loop(Node n, Op.Loop op) {
        List<Node> outputs = op.body().outputNodes();
        List<double[]> carried = new ArrayList<>();
        for (int i = 0; i < op.carried(); i++) {
            carried.add(in(n, i));
        }
        double[][][] stacks = new double[outputs.size()][op.trips()][];
        for (int trip = 0; trip < op.trips(); trip++) {
            int t = op.reverse() ? op.trips() - 1 - trip : trip;
            Map<String, double[]> given = new HashMap<>(sources);
            for (int i = 0; i < n.inputs().size(); i++) {
                double[] v = in(n, i);
                if (i < op.carried()) {
                    v = carried.get(i);
                } else if (i < op.carried() + op.sliced()) {
                    int size = v.length / op.trips();
                    v = java.util.Arrays.copyOfRange(v, t * size, (t + 1) * size);
                }
                given.put(((Op.Input) op.body().inputs().get(i).op()).name(), v);
            }
            DoubleInterpreter body = new DoubleInterpreter(batch, given);
            List<double[]> next = new ArrayList<>();
            for (int i = 0; i < outputs.size(); i++) {
                double[] v = body.value(outputs.get(i));
                if (i < op.carried()) {
                    next.add(v);
                } else {
                    stacks[i][t] = v;
                }
            }
            carried = next;
        }
        List<double[]> results = new ArrayList<>(carried);
        for (int i = op.carried(); i < outputs.size(); i++) {
            double[] all = new double[op.trips() * stacks[i][0].length];
            for (int t = 0; t < op.trips(); t++) {
                System.arraycopy(stacks[i][t], 0, all, t * stacks[i][t].length, stacks[i][t].length);
            }
            results.add(all);
        }
        return results;
    }

    private static double point(PointOp op, double[] x) {
        return switch (op) {
            case PointOp.Unary u ->
                switch (u.kind()) {
                    case NEG -> -x[0];
                    case ABS -> Math.abs(x[0]);
                    case EXP -> Math.exp(x[0]);
                    case LOG -> Math.log(x[0]);
                    case TANH -> Math.tanh(x[0]);
                    case SIGMOID -> 1 / (1 + Math.exp(-x[0]));
                    case SOFTPLUS -> Math.max(x[0], 0) + Math.log1p(Math.exp(-Math.abs(x[0])));
                    case ERF -> erf(x[0]);
                    case GELU -> x[0] * 0.5 * (1 + erf(x[0] / Math.sqrt(2)));
                    case SILU -> x[0] / (1 + Math.exp(-x[0]));
                    case SIN -> Math.sin(x[0]);
                    case COS -> Math.cos(x[0]);
                    case SQRT -> Math.sqrt(x[0]);
                    case RSQRT -> 1 / Math.sqrt(x[0]);
                    case FLOOR -> Math.floor(x[0]);
                    case NARROW -> x[0];
                };
            case PointOp.Binary b ->
                switch (b.kind()) {
                    case ADD -> x[0] + x[1];
                    case SUB -> x[0] - x[1];
                    case MUL -> x[0] * x[1];
                    case DIV -> x[0] / x[1];
                    case MIN -> Math.min(x[0], x[1]);
                    case MAX -> Math.max(x[0], x[1]);
                    case POW -> Math.pow(x[0], x[1]);
                    case AND -> (long) x[0] & (long) x[1];
                    case OR -> (long) x[0] | (long) x[1];
                    case XOR -> (long) x[0] ^ (long) x[1];
                };
            case PointOp.Compare c ->
                switch (c.kind()) {
                    case LT -> x[0] < x[1] ? 1 : 0;
                    case LE -> x[0] <= x[1] ? 1 : 0;
                    case EQ -> x[0] == x[1] ? 1 : 0;
                };
            case PointOp.Select s -> x[0] != 0 ? x[1] : x[2];
            case PointOp.Random r -> {
                long seed = (long) x[2] | (long) x[3] << 32;
                int word = Philox.word(seed, (int) (long) x[0], (int) (long) x[1], r.tensor(), r.purpose());
                yield switch (r.kind()) {
                    case UNIFORM -> Philox.uniform(word);
                    case OPEN_UNIFORM -> Philox.openUniform(word);
                    case NORMAL -> Philox.normal(seed, (int) (long) x[0], (int) (long) x[1], r.tensor(), r.purpose());
                };
            }
            case PointOp.Cast c -> c.to().isFloat() ? x[0] : (long) x[0];
        };
    }

    /** Error function by its Taylor series (|x| &lt; 6 here), to about 1e-12 relative of 1. */
    private static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 400; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return Math.abs(x) > 3.5 ? Math.signum(x) * (1 - erfc(Math.abs(x))) : 2 / Math.sqrt(Math.PI) * sum;
    }

    /** Continued fraction of Laplace, for x &gt; 3. */
    private static double erfc(double x) {
        double f = x;
        for (int k = 60; k >= 1; k--) {
            f = x + k / 2.0 / f;
        }
        return Math.exp(-x * x) / Math.sqrt(Math.PI) / f;
    }

    private double[] given(String name, int size) {
        double[] v = sources.get(name);
        if (v == null || v.length != size) {
            throw new IllegalStateException("source " + name + " wants " + size + " values");
        }
        return v;
    }

    private static double number(int bits, ElementType type) {
        return switch (type) {
            case F32 -> Float.intBitsToFloat(bits);
            case I32 -> bits;
            case U32 -> Integer.toUnsignedLong(bits);
        };
    }

    private static double[] fill(int size, double v) {
        double[] r = new double[size];
        java.util.Arrays.fill(r, v);
        return r;
    }

    private static int flat(int[] c, int[] extents) {
        int at = 0;
        for (int d = 0; d < c.length; d++) {
            at = at * extents[d] + c[d];
        }
        return at;
    }

    private static void next(int[] p, int[] extents) {
        for (int d = p.length - 1; d >= 0 && ++p[d] == extents[d]; d--) {
            p[d] = 0;
        }
    }
}
