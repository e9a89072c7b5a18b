package loom.e2e.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** f32 values as little-endian bytes, as every engine here takes them. */
final class Floats {
    private Floats() {}

    static byte[] toBytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static float[] of(byte[] bytes) {
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** The largest difference, relative to the largest expected value. NaN if there is one, or if the lengths differ. */
    static double relativeError(float[] found, float[] expected) {
        if (found.length != expected.length) {
            return Double.NaN;
        }
        double error = 0;
        double scale = Float.MIN_NORMAL;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) found[i] - expected[i]);
            if (Double.isNaN(difference)) {
                return Double.NaN;
            }
            error = Math.max(error, difference);
            scale = Math.max(scale, Math.abs(expected[i]));
        }
        return error / scale;
    }
}
