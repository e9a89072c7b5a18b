package loom.model;

import loom.numeric.F32;

/** Vectors made orthogonal and of length 1 by the modified Gram–Schmidt process, every sum in ascending order. */
final class GramSchmidt {
    private final float[] values;
    private final int length;
    private final int between;
    private final int step;

    private GramSchmidt(float[] values, int length, int between, int step) {
        this.values = values;
        this.length = length;
        this.between = between;
        this.step = step;
    }

    /** Element k of vector j is {@code values[j·between + k·step]}; there are no more vectors than elements in one. */
    static void orthonormalise(float[] values, int vectors, int length, int between, int step) {
        GramSchmidt g = new GramSchmidt(values, length, between, step);
        for (int j = 0; j < vectors; j++) {
            // Twice, since the first pass leaves rounding errors that a nearly dependent vector magnifies.
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < j; i++) {
                    g.subtractProjection(j, i);
                }
            }
            g.normalise(j);
        }
    }

    private float dot(int i, int j) {
        float sum = 0;
        for (int k = 0; k < length; k++) {
            sum = F32.add(sum, F32.mul(values[i * between + k * step], values[j * between + k * step]));
        }
        return sum;
    }

    private void subtractProjection(int j, int onto) {
        float d = dot(onto, j);
        for (int k = 0; k < length; k++) {
            int at = j * between + k * step;
            values[at] = F32.sub(values[at], F32.mul(d, values[onto * between + k * step]));
        }
    }

    private void normalise(int j) {
        float norm = F32.sqrt(dot(j, j));
        // A vector so small that its square is 0 in domain D (about one in 2^30) stays as it is.
        for (int k = 0; k < length && norm > 0; k++) {
            int at = j * between + k * step;
            values[at] = F32.div(values[at], norm);
        }
    }
}
