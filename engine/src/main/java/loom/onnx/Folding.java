package loom.onnx;

import java.util.Optional;
import loom.numeric.F32;
import loom.onnx.Known.Kind;

/**
 * What operators give for operands that are known: arithmetic of extents, above all. A multiple of the batch stays one where that is
 * possible; else there is no answer here, and the operator is computed at run time or refuses.
 */
final class Folding {
    private static final int MAX_ELEMENTS = 1 << 16;

    private Folding() {}

    static Optional<Known> of(Call c) {
        if (c.count() == 0 || !c.allKnown()) {
            return Optional.empty();
        }
        for (int i = 0; i < c.count(); i++) {
            if (c.has(i) && c.known(i).size() > MAX_ELEMENTS) {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(
                switch (c.op()) {
                    case "Identity" -> c.known(0);
                    case "Cast" -> Casting.fold(c.known(0), c.whole("to", 0));
                    case "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Pow" -> c.count() == 2 ? binary(c) : null;
                    case "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or" -> compare(c);
                    case "Not", "Neg", "Abs", "Floor", "Ceil", "Sqrt", "Reciprocal" -> unary(c);
                    case "Where" -> where(c);
                    case "ReduceProd" -> product(c);
                    default -> KnownShaping.of(c);
                });
    }

    /** Position in an operand of dims {@code from} of element {@code i} of a result of dims {@code to}. */
    private static int place(int[] from, int[] to, int i) {
        int rest = i;
        int at = 0;
        int stride = 1;
        for (int a = to.length - 1, b = from.length - 1; b >= 0; a--, b--) {
            int index = rest % to[a];
            rest /= to[a];
            at += from[b] == 1 ? 0 : index * stride;
            stride *= from[b];
        }
        return at;
    }

    static int[] common(Call c, int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        int[] r = new int[rank];
        for (int i = 0; i < rank; i++) {
            int p = i - (rank - a.length) < 0 ? 1 : a[i - (rank - a.length)];
            int q = i - (rank - b.length) < 0 ? 1 : b[i - (rank - b.length)];
            if (p != q && p != 1 && q != 1) {
                throw c.refuse("shapes " + TensorReader.text(a) + " and " + TensorReader.text(b) + " do not broadcast");
            }
            r[i] = p == 1 ? q : p;
        }
        return r;
    }

    static int elements(int[] dims) {
        int n = 1;
        for (int d : dims) {
            n = Math.multiplyExact(n, d);
        }
        return n;
    }

    static Known expanded(Known k, int[] dims) {
        int[] from = new int[elements(dims)];
        for (int i = 0; i < from.length; i++) {
            from[i] = place(k.dims(), dims, i);
        }
        return k.picked(from, dims);
    }

    private static Known binary(Call c) {
        int[] dims = common(c, c.known(0).dims(), c.known(1).dims());
        Known a = expanded(c.known(0), dims);
        Known b = expanded(c.known(1), dims);
        int n = a.size();
        if (a.isReal() || b.isReal()) {
            float[] r = new float[n];
            for (int i = 0; i < n; i++) {
                r[i] = real(c.op(), a.real(i), b.real(i));
            }
            return c.op().equals("Pow") || c.op().equals("Mod") ? null : Known.reals(dims, r);
        }
        long[] r = new long[n];
        boolean[] batched = new boolean[n];
        for (int i = 0; i < n; i++) {
            boolean p = a.batched(i);
            boolean q = b.batched(i);
            long x = a.whole(i);
            long y = b.whole(i);
            boolean divides = c.op().equals("Div") || c.op().equals("Mod");
            if (divides && y == 0) {
                throw c.refuse("a division by zero");
            }
            boolean possible = switch (c.op()) {
                case "Add", "Sub", "Min", "Max" -> p == q || !p && x == 0 || !q && y == 0;
                case "Mul" -> !(p && q);
                case "Div" -> p && q || !q && (!p || x % y == 0);
                default -> !p && !q;
            };
            if (!possible) {
                return null;
            }
            r[i] = switch (c.op()) {
                case "Add" -> x + y;
                case "Sub" -> x - y;
                case "Mul" -> x * y;
                case "Div" -> x / y;
                case "Mod" -> c.flag("fmod") ? x % y : Math.floorMod(x, y);
                case "Min" -> Math.min(x, y);
                case "Max" -> Math.max(x, y);
                default -> power(x, y);
            };
            batched[i] = c.op().equals("Div") ? p && !q : p || q;
        }
        return Known.wholes(dims, r, batched);
    }

    private static long power(long x, long y) {
        long r = 1;
        for (long i = 0; i < Math.min(y, 64); i++) {
            r *= x;
        }
        return r;
    }

    private static float real(String op, float a, float b) {
        return switch (op) {
            case "Add" -> F32.add(a, b);
            case "Sub" -> F32.sub(a, b);
            case "Mul" -> F32.mul(a, b);
            case "Div" -> F32.div(a, b);
            case "Min" -> Math.min(a, b);
            case "Max" -> Math.max(a, b);
            default -> 0;
        };
    }

    private static Known compare(Call c) {
        int[] dims = common(c, c.known(0).dims(), c.known(1).dims());
        Known a = expanded(c.known(0), dims);
        Known b = expanded(c.known(1), dims);
        long[] r = new long[a.size()];
        for (int i = 0; i < r.length; i++) {
            if (a.batched(i) != b.batched(i)) {
                return null;
            }
            int order = a.isReal() || b.isReal()
                    ? Float.compare(a.real(i), b.real(i))
                    : Long.compare(a.whole(i), b.whole(i));
            boolean yes = switch (c.op()) {
                case "Equal" -> order == 0;
                case "Less" -> order < 0;
                case "Greater" -> order > 0;
                case "LessOrEqual" -> order <= 0;
                case "GreaterOrEqual" -> order >= 0;
                case "And" -> a.whole(i) != 0 && b.whole(i) != 0;
                default -> a.whole(i) != 0 || b.whole(i) != 0;
            };
            r[i] = yes ? 1 : 0;
        }
        return Known.truths(dims, r);
    }

    private static Known unary(Call c) {
        Known a = c.known(0);
        if (a.isReal()) {
            float[] r = new float[a.size()];
            for (int i = 0; i < r.length; i++) {
                float x = a.real(i);
                r[i] = switch (c.op()) {
                    case "Neg" -> F32.neg(x);
                    case "Abs" -> Math.abs(x);
                    case "Floor" -> F32.floor(x);
                    case "Ceil" -> F32.neg(F32.floor(F32.neg(x)));
                    case "Sqrt" -> F32.sqrt(x);
                    default -> F32.div(1, x);
                };
            }
            return c.op().equals("Not") ? null : Known.reals(a.dims(), r);
        }
        long[] r = new long[a.size()];
        boolean[] batched = new boolean[r.length];
        for (int i = 0; i < r.length; i++) {
            batched[i] = a.batched(i);
            r[i] = switch (c.op()) {
                case "Not" -> a.whole(i) == 0 ? 1 : 0;
                case "Neg" -> -a.whole(i);
                case "Abs" -> Math.abs(a.whole(i));
                default -> a.whole(i);
            };
        }
        return c.op().equals("Not")
                ? Known.truths(a.dims(), r)
                : c.op().equals("Sqrt") || c.op().equals("Reciprocal") ? null : Known.wholes(a.dims(), r, batched);
    }

    private static Known where(Call c) {
        int[] dims = common(
                c, common(c, c.known(0).dims(), c.known(1).dims()), c.known(2).dims());
        Known mask = expanded(c.known(0), dims);
        Known a = expanded(c.known(1), dims);
        Known b = expanded(c.known(2), dims);
        if (a.isReal()) {
            float[] r = new float[a.size()];
            for (int i = 0; i < r.length; i++) {
                r[i] = mask.whole(i) != 0 ? a.real(i) : b.real(i);
            }
            return Known.reals(dims, r);
        }
        long[] r = new long[a.size()];
        boolean[] batched = new boolean[r.length];
        for (int i = 0; i < r.length; i++) {
            Known from = mask.whole(i) != 0 ? a : b;
            r[i] = from.whole(i);
            batched[i] = from.batched(i);
        }
        return a.kind() == Kind.TRUTH ? Known.truths(dims, r) : Known.wholes(dims, r, batched);
    }

    /** Of a list: how many elements a shape has. */
    private static Known product(Call c) {
        Known a = c.known(0);
        int[] axes = c.either(1, "axes");
        if (a.isReal() || a.rank() > 1 || axes == null && c.flag("noop_with_empty_axes")) {
            return null;
        }
        long p = 1;
        boolean batched = false;
        for (int i = 0; i < a.size(); i++) {
            if (batched && a.batched(i)) {
                return null;
            }
            p *= a.whole(i);
            batched |= a.batched(i);
        }
        int[] dims = c.whole("keepdims", 1) != 0 && a.rank() == 1 ? new int[] {1} : new int[0];
        return Known.wholes(dims, new long[] {p}, new boolean[] {batched});
    }
}
