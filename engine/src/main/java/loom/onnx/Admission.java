package loom.onnx;

import loom.numeric.Domain;

/** Numbers of a file on their way in, and how many of them changed. */
final class Admission {
    private static final float LIMIT = 0x1p50f;

    private long rounded;
    private long clipped;

    /** Elements that were rounded. */
    long rounded() {
        return rounded;
    }

    /** Elements that were too large and made as large as may be. */
    long clipped() {
        return clipped;
    }

    /** Counts elements that were rounded before. */
    void addRounded(long count) {
        rounded += count;
    }

    /** Rule D. Masks are often infinite: beyond 2^50 stands 2^50, which is counted. A NaN stays one: the caller says where it is. */
    float admit(float v) {
        if (v > LIMIT || v < -LIMIT) {
            clipped++;
            return v > 0 ? LIMIT : -LIMIT;
        }
        float r = Float.isNaN(v) ? v : Domain.roundD(v);
        if (Float.floatToRawIntBits(r) != Float.floatToRawIntBits(v)) {
            rounded++;
        }
        return r;
    }
}
