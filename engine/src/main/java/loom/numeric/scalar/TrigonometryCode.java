package loom.numeric.scalar;

import static loom.numeric.Coefficients.*;

/** Lane code of sine and cosine; {@link loom.numeric.F32} explains the formulas. */
final class TrigonometryCode {
    private TrigonometryCode() {}

    static int sin(ScalarBuilder b, int x) {
        return b.xor(quarterWave(b, b.fabs(x), 0), b.and(x, b.constBits(0x80000000)));
    }

    static int cos(ScalarBuilder b, int x) {
        return quarterWave(b, b.fabs(x), 1);
    }

    private static int quarterWave(ScalarBuilder b, int a, int quarter) {
        int place = b.isub(b.shrU(a, 23), b.constBits(126));
        int exponent = b.shl(b.iadd(b.and(place, b.constBits(7)), b.constBits(150)), 23);
        int m = b.f2i(b.or(b.and(a, b.constBits(0x7fffff)), exponent));
        int c0 = window(b, place, -26);
        int c1 = window(b, place, 6);
        int c2 = window(b, place, 38);
        int mid1 = b.imul(m, c1);
        int mid = b.iadd(mid1, b.imulhiU(m, c2));
        // the mask of a carry is -1
        int high = b.isub(b.iadd(b.imul(m, c0), b.imulhiU(m, c1)), b.iltU(mid, mid1));
        int q = b.shrU(b.iadd(high, b.constBits(0x20000000)), 30);
        int fraction = b.isub(high, b.shl(q, 30));
        int f1 = b.fmul(b.i2f(b.shrS(fraction, 8)), b.constF(0x1p24f));
        int f2 = b.i2f(b.or(b.shl(b.and(fraction, b.constBits(0xff)), 16), b.shrU(mid, 16)));
        int h = b.fadd(f1, f2);
        int f3 = b.fmul(b.i2f(b.and(mid, b.constBits(0xffff))), b.constF(0x1p-16f));
        int l = b.fadd(b.fadd(b.fsub(f1, h), f2), f3);
        int hh = ExponentialCode.upperHalf(b, h);
        int hl = b.fsub(h, hh);
        int grid = b.constF(HALF_PI_GRID);
        int upper = b.constF(HALF_PI_GRID_UPPER);
        int lower = b.constF(HALF_PI_GRID_LOWER);
        int product = b.fmul(h, grid);
        int low = b.fadd(b.fsub(b.fmul(hh, upper), product), b.fmul(hh, lower));
        low = b.fadd(b.fadd(low, b.fmul(hl, upper)), b.fmul(hl, lower));
        low = b.fadd(low, b.fadd(b.fmul(h, b.constF(HALF_PI_GRID_REST)), b.fmul(l, grid)));
        int small = b.iltS(a, b.constBits(0x3f490fdb));
        int r = b.select(small, a, product);
        int rLow = b.select(small, b.constF(0f), low);
        int k = b.iadd(b.select(small, b.constBits(0), q), b.constBits(quarter));
        int one = b.constF(1f);
        int z = ExponentialCode.squareUnlessTiny(b, r);
        int halfZ = b.fmul(z, b.constF(0.5f));
        int sinLow = b.fadd(b.fmul(b.fmul(b.horner(z, SIN), z), r), b.fsub(rLow, b.fmul(rLow, halfZ)));
        int sin = b.fadd(r, sinLow);
        int w = b.fsub(one, halfZ);
        int cosLow = b.fsub(b.fmul(b.fmul(b.horner(z, COS), z), z), b.fmul(r, rLow));
        int cos = b.fadd(w, b.fadd(b.fsub(b.fsub(one, w), halfZ), cosLow));
        int even = b.ieq(b.and(k, b.constBits(1)), b.constBits(0));
        return b.xor(b.select(even, sin, cos), b.shl(b.and(k, b.constBits(2)), 30));
    }

    /** The word of 2/pi for the exponent group place / 8, group 0 starting at the given bit. */
    private static int window(ScalarBuilder b, int place, int bit) {
        int word = b.constBits(twoOverPiWindow(bit + 48));
        for (int group = 5; group >= 0; group--) {
            int below = b.iltS(place, b.constBits(8 * group + 8));
            word = b.select(below, b.constBits(twoOverPiWindow(bit + 8 * group)), word);
        }
        return word;
    }
}
