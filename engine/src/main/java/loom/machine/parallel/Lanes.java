package loom.machine.parallel;

import loom.numeric.Domain;
import loom.numeric.F32;

/**
 * Loops over strips: arrays of up to {@link #STRIP} elements, always from element 0. HotSpot makes vector code of those that have neither
 * branches nor reinterpreted words, if it sees that element i depends on elements i only; hence no loop begins elsewhere in an array.
 */
final class Lanes {
    /** Elements of a strip: some strips fit the first-level cache. */
    static final int STRIP = 1024;

    /** 2^-36, twice the magnitude from which on every f32 is on the grid of domain D. */
    private static final float GRID = 0x1p-36f;

    /** A magnitude times this is infinite if it is above 2^50, else it is finite: 2^50 gives the largest f32. */
    private static final float TRAP_D = 0x1.fffffep77f;

    /** The same for 2^100. */
    private static final float TRAP_W = 0x1.fffffep27f;

    private static final int MAGNITUDE = 0x7fffffff;

    private Lanes() {}

    /**
     * {@link Domain#roundD} without a branch. Of p = 2·max(x, 0) and q = 2·max(−x, 0), at most 2^-36, the sum with 2^-36 is rounded to the
     * grid of 2^-59; what that changes is taken from x. Where p or q is 2^-36, as for all x above 2^-37, it changes nothing.
     */
    static float roundD(float x) {
        float a = Math.abs(x);
        float p = Math.min(x + a, GRID);
        float q = Math.min(a - x, GRID);
        float e = p - ((p + GRID) - GRID);
        float f = q - ((q + GRID) - GRID);
        return (x - (e - f) * 0.5f) + 0f;
    }

    /** Marks where x violates rule T: {@code marks} become NaN there and stay what they are elsewhere. */
    static void test(Domain domain, float[] x, float[] marks, int n) {
        float scale = domain == Domain.D ? TRAP_D : TRAP_W;
        for (int i = 0; i < n; i++) {
            marks[i] = marks[i] + (x[i] * scale) * 0f;
        }
    }

    /** Whether {@link #test} has marked something. */
    static boolean marked(float[] marks, int n) {
        int bits = 0;
        for (int i = 0; i < n; i++) {
            bits |= Float.floatToRawIntBits(marks[i]);
        }
        // NaN, while sums of zeros are zeros of either sign.
        return (bits & MAGNITUDE) != 0;
    }

    static void roundD(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = roundD(x[i]);
        }
    }

    static void roundW(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Domain.roundW(x[i]);
        }
    }

    // ---- f32 ----

    static void add(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] + y[i];
        }
    }

    static void subtract(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] - y[i];
        }
    }

    static void multiply(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] * y[i];
        }
    }

    static void multiplyD(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = roundD(x[i] * y[i]);
        }
    }

    /** A quotient by 0 is infinite or NaN, which the trap test finds. */
    static void divide(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] / y[i];
        }
    }

    static void divideD(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = roundD(x[i] / y[i]);
        }
    }

    static void min(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Math.min(x[i], y[i]);
        }
    }

    static void max(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Math.max(x[i], y[i]);
        }
    }

    static void pow(float[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.pow(x[i], y[i]);
        }
    }

    static void negate(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = 0f - x[i];
        }
    }

    static void abs(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Math.abs(x[i]);
        }
    }

    /** The root of a negative number is NaN, which the trap test finds. */
    static void sqrt(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (float) Math.sqrt(x[i]);
        }
    }

    static void rsqrt(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (float) Math.sqrt(1f / x[i]);
        }
    }

    /** The sum with +0 makes −0 to +0. */
    static void floor(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (float) Math.floor(x[i]) + 0f;
        }
    }

    static void exp(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.exp(x[i]);
        }
    }

    static void log(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.log(x[i]);
        }
    }

    static void tanh(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.tanh(x[i]);
        }
    }

    static void sigmoid(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.sigmoid(x[i]);
        }
    }

    static void softplus(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.softplus(x[i]);
        }
    }

    static void erf(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.erf(x[i]);
        }
    }

    static void gelu(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.gelu(x[i]);
        }
    }

    static void silu(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.silu(x[i]);
        }
    }

    static void sin(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.sin(x[i]);
        }
    }

    static void cos(float[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = F32.cos(x[i]);
        }
    }

    // ---- comparisons of f32: 0 or 1. Differences of values of a domain are zero only if they are equal. ----

    static void less(int[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Float.floatToRawIntBits(x[i] - y[i]) >>> 31;
        }
    }

    static void atMost(int[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = 1 - (Float.floatToRawIntBits(y[i] - x[i]) >>> 31);
        }
    }

    static void equal(int[] o, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            int d = Float.floatToRawIntBits(x[i] - y[i]) & MAGNITUDE;
            o[i] = 1 - ((d | (0 - d)) >>> 31);
        }
    }

    /** By bits, without a branch that data decide. */
    static void select(float[] o, int[] c, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            int mask = (c[i] | (0 - c[i])) >> 31;
            int bits = (Float.floatToRawIntBits(x[i]) & mask) | (Float.floatToRawIntBits(y[i]) & ~mask);
            o[i] = Float.intBitsToFloat(bits);
        }
    }

    static void toInt(int[] o, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (int) x[i];
        }
    }

    static void toFloat(float[] o, int[] x, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (float) x[i];
        }
    }

    // ---- integers ----

    static void add(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] + y[i];
        }
    }

    static void subtract(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] - y[i];
        }
    }

    static void multiply(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] * y[i];
        }
    }

    /** {@code flip}: 0, or the sign bit for unsigned numbers. */
    static void min(int[] o, int[] x, int[] y, int flip, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Math.min(x[i] ^ flip, y[i] ^ flip) ^ flip;
        }
    }

    static void max(int[] o, int[] x, int[] y, int flip, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = Math.max(x[i] ^ flip, y[i] ^ flip) ^ flip;
        }
    }

    static void and(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] & y[i];
        }
    }

    static void or(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] | y[i];
        }
    }

    static void xor(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] ^ y[i];
        }
    }

    static void less(int[] o, int[] x, int[] y, int flip, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (x[i] ^ flip) < (y[i] ^ flip) ? 1 : 0;
        }
    }

    static void atMost(int[] o, int[] x, int[] y, int flip, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = (x[i] ^ flip) <= (y[i] ^ flip) ? 1 : 0;
        }
    }

    static void equal(int[] o, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            o[i] = x[i] == y[i] ? 1 : 0;
        }
    }

    static void select(int[] o, int[] c, int[] x, int[] y, int n) {
        for (int i = 0; i < n; i++) {
            int mask = (c[i] | (0 - c[i])) >> 31;
            o[i] = (x[i] & mask) | (y[i] & ~mask);
        }
    }
}
