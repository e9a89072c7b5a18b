package loom.graph;

import java.util.Arrays;

/** Immutable array of 32-bit words with value equality, so that records of operations compare and hash by content. */
public final class Words {
    private final int[] values;

    private Words(int[] values) {
        this.values = values;
    }

    public static Words of(int... values) {
        return new Words(values.clone());
    }

    public static Words bits(float... values) {
        int[] w = new int[values.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = Float.floatToRawIntBits(values[i]);
        }
        return new Words(w);
    }

    public int size() {
        return values.length;
    }

    public int get(int i) {
        return values[i];
    }

    public int[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Words w && Arrays.equals(values, w.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
