package loom.numeric.tools;

import java.util.List;
import java.util.stream.IntStream;
import loom.numeric.Domain;
import loom.numeric.F32;
import loom.numeric.scalar.ScalarFunction;
import loom.numeric.scalar.ScalarInterpreter;

/**
 * Runs the functions over every f32 of domain D: compares {@link F32} with its lane code, measures the error against
 * double precision, and prints the digests of {@code docs/numerics.md}.
 *
 * <p>Arguments: a stride over the bit patterns of a chunk (1 = all inputs, some minutes a function) or {@code digest} (all
 * inputs, but only the digests), then function names (none = all).
 */
public final class Sweep {
    /** A function of one argument, in both forms that must agree, what it should give, and the error that is allowed. */
    public record Unary(ScalarFunction function, FloatFunction plain, DoubleFunction exact, double bound) {
        @Override
        public String toString() {
            return function.name();
        }
    }

    @FunctionalInterface
    public interface FloatFunction {
        float of(float x);
    }

    @FunctionalInterface
    public interface DoubleFunction {
        double of(double x);
    }

    /** What a sweep found. Errors are in units of the last place, at least 2^-60. */
    public record Result(
            long inputs,
            long differing,
            int firstDiffering,
            double worst,
            int worstInput,
            long misrounded,
            int digest) {}

    private static final int CHUNKS = 1 << 16;
    private static final int CHUNK = 1 << 16;
    static final int FNV_START = 0x811c9dc5;
    private static final int FNV_PRIME = 16777619;

    public static final List<Unary> FUNCTIONS = List.of(
            new Unary(ScalarFunction.EXP, F32::exp, x -> Math.min(Math.exp(x), 0x1p50), 1),
            new Unary(ScalarFunction.LOG, F32::log, Math::log, 0.9),
            new Unary(ScalarFunction.TANH, F32::tanh, Math::tanh, 0.95),
            new Unary(ScalarFunction.SIGMOID, F32::sigmoid, DoubleReference::sigmoid, 1),
            new Unary(ScalarFunction.SOFTPLUS, F32::softplus, DoubleReference::softplus, 1),
            new Unary(ScalarFunction.ERF, F32::erf, DoubleReference::erf, 1),
            new Unary(ScalarFunction.GELU, F32::gelu, DoubleReference::gelu, 2),
            new Unary(ScalarFunction.SILU, F32::silu, x -> x * DoubleReference.sigmoid(x), 1.7),
            new Unary(ScalarFunction.SIN, F32::sin, Math::sin, 1),
            new Unary(ScalarFunction.COS, F32::cos, Math::cos, 1),
            new Unary(ScalarFunction.SQRT, F32::sqrt, Math::sqrt, 0.5),
            new Unary(ScalarFunction.RSQRT, F32::rsqrt, x -> 1 / Math.sqrt(x), 1),
            new Unary(ScalarFunction.RECIPROCAL, F32::reciprocal, x -> 1 / x, 0.76),
            new Unary(ScalarFunction.FLOOR, F32::floor, Math::floor, 0),
            new Unary(ScalarFunction.CEIL, F32::ceil, Math::ceil, 0),
            new Unary(ScalarFunction.ROUND, F32::round, Math::rint, 0));

    private Sweep() {}

    public static void main(String[] args) {
        List<String> names = List.of(args).subList(1, args.length);
        for (Unary u : FUNCTIONS) {
            if (names.isEmpty() || names.contains(u.function().name())) {
                if (args[0].equals("digest")) {
                    System.out.printf("%-10s digest %08x quick %08x%n", u, fullDigest(u), quickDigest(u));
                    continue;
                }
                long start = System.nanoTime();
                Result r = sweep(u, Integer.parseInt(args[0]));
                System.out.printf(
                        "%-10s inputs %d differing %d (first %08x) worst %.3f ulp at %08x = %g misrounded %.3f %%"
                                + " digest %08x quick %08x  %.0f s%n",
                        u.function(),
                        r.inputs(),
                        r.differing(),
                        r.firstDiffering(),
                        r.worst(),
                        r.worstInput(),
                        Float.intBitsToFloat(r.worstInput()),
                        100.0 * r.misrounded() / r.inputs(),
                        r.digest(),
                        quickDigest(u),
                        (System.nanoTime() - start) / 1e9);
            }
        }
    }

    /** Sweeps every {@code stride}-th bit pattern of every chunk of 2^16 patterns; the offset varies with the chunk. */
    public static Result sweep(Unary u, int stride) {
        List<Result> parts = IntStream.range(0, CHUNKS)
                .parallel()
                .mapToObj(chunk -> chunk(u, chunk, stride))
                .toList();
        long inputs = 0;
        long differing = 0;
        int first = 0;
        double worst = 0;
        int worstInput = 0;
        long misrounded = 0;
        int digest = FNV_START;
        for (Result r : parts) {
            if (r.inputs() > 0) {
                first = differing == 0 ? r.firstDiffering() : first;
                inputs += r.inputs();
                differing += r.differing();
                misrounded += r.misrounded();
                digest = fnv(digest, r.digest());
                if (r.worst() > worst) {
                    worst = r.worst();
                    worstInput = r.worstInput();
                }
            }
        }
        return new Result(inputs, differing, first, worst, worstInput, misrounded, digest);
    }

    /** FNV-1a over the words of the results for inputs 0, 65537, 2 * 65537, ... that lie in D. */
    public static int quickDigest(Unary u) {
        int digest = FNV_START;
        for (long i = 0; i < 1L << 32; i += 65537) {
            float x = Float.intBitsToFloat((int) i);
            if (Domain.D.contains(x)) {
                digest = fnv(digest, Float.floatToRawIntBits(u.plain().of(x)));
            }
        }
        return digest;
    }

    /**
     * FNV-1a over the digests of all chunks of 2^16 patterns that hold values of D, ascending; a chunk's digest is FNV-1a
     * over the words of the results for its inputs in D, ascending. Chunks can so be digested in parallel, on any machine.
     */
    public static int fullDigest(Unary u) {
        int[] digests = IntStream.range(0, CHUNKS)
                .parallel()
                .map(chunk -> chunkDigest(u, chunk))
                .toArray();
        int digest = FNV_START;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            digest = holdsValues(chunk) ? fnv(digest, digests[chunk]) : digest;
        }
        return digest;
    }

    private static boolean holdsValues(int chunk) {
        for (int i = 0; i < CHUNK; i++) {
            if (Domain.D.contains(Float.intBitsToFloat(chunk << 16 | i))) {
                return true;
            }
        }
        return false;
    }

    private static int chunkDigest(Unary u, int chunk) {
        int digest = FNV_START;
        for (int i = 0; i < CHUNK; i++) {
            float x = Float.intBitsToFloat(chunk << 16 | i);
            if (Domain.D.contains(x)) {
                digest = fnv(digest, Float.floatToRawIntBits(u.plain().of(x)));
            }
        }
        return digest;
    }

    static int fnv(int digest, int word) {
        return (digest ^ word) * FNV_PRIME;
    }

    private static Result chunk(Unary u, int chunk, int stride) {
        int[] inputs = new int[CHUNK / stride + 1];
        int n = 0;
        for (int i = chunk % stride; i < CHUNK; i += stride) {
            int bits = chunk << 16 | i;
            if (Domain.D.contains(Float.intBitsToFloat(bits))) {
                inputs[n++] = bits;
            }
        }
        if (n == 0) {
            return new Result(0, 0, 0, 0, 0, 0, FNV_START);
        }
        int[] lanes = java.util.Arrays.copyOf(inputs, n);
        int[] lane = new ScalarInterpreter().run(u.function().code(), new int[][] {lanes})[0];
        long differing = 0;
        int first = 0;
        double worst = 0;
        int worstInput = lanes[0];
        long misrounded = 0;
        int digest = FNV_START;
        for (int i = 0; i < n; i++) {
            float x = Float.intBitsToFloat(lanes[i]);
            float y = u.plain().of(x);
            int bits = Float.floatToRawIntBits(y);
            digest = fnv(digest, bits);
            if (bits != lane[i]) {
                first = differing++ == 0 ? lanes[i] : first;
            }
            if (Float.isNaN(y)) {
                continue;
            }
            double exact = u.exact().of(x);
            double error = Math.abs(y - exact) / unit(exact);
            if (error > worst || Double.isNaN(error)) {
                worst = Double.isNaN(error) ? 1e30 : error;
                worstInput = lanes[i];
            }
            if (error > 0.500001) {
                misrounded++;
            }
        }
        return new Result(n, differing, first, worst, worstInput, misrounded, digest);
    }

    private static double unit(double exact) {
        return Math.max(Math.scalb(1.0, Math.getExponent(exact) - 23), 0x1p-60);
    }
}
