package loom.machine.parallel;

/** The inner loops of products: each element of a row of sums gets one rounded product after the other. */
final class Products {
    private Products() {}

    /** Four products for each of two rows, whose factors begin at {@code x0} and {@code x1} of {@code left} and lie {@code step} apart. */
    static void add(
            float[] sum0,
            float[] sum1,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float[] left,
            int x0,
            int x1,
            int step,
            int n) {
        float x00 = left[x0];
        float x01 = left[x0 + step];
        float x02 = left[x0 + 2 * step];
        float x03 = left[x0 + 3 * step];
        float x10 = left[x1];
        float x11 = left[x1 + step];
        float x12 = left[x1 + 2 * step];
        float x13 = left[x1 + 3 * step];
        for (int j = 0; j < n; j++) {
            float y0 = b0[j];
            float y1 = b1[j];
            float y2 = b2[j];
            float y3 = b3[j];
            sum0[j] = (((sum0[j] + x00 * y0) + x01 * y1) + x02 * y2) + x03 * y3;
            sum1[j] = (((sum1[j] + x10 * y0) + x11 * y1) + x12 * y2) + x13 * y3;
        }
    }

    static void add(float[] sum, float[] b0, float[] b1, float[] b2, float[] b3, float[] left, int x, int step, int n) {
        float x0 = left[x];
        float x1 = left[x + step];
        float x2 = left[x + 2 * step];
        float x3 = left[x + 3 * step];
        for (int j = 0; j < n; j++) {
            sum[j] = (((sum[j] + x0 * b0[j]) + x1 * b1[j]) + x2 * b2[j]) + x3 * b3[j];
        }
    }

    static void add(float[] sum, float[] b, float x, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] = sum[j] + x * b[j];
        }
    }
}
