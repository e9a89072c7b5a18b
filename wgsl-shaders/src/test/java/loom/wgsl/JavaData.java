package loom.wgsl;

/** Words of a host that is written in Java. */
record JavaData(int[] ints) implements GpuHost.Data {
    @Override
    public int count() {
        return ints.length;
    }

    @Override
    public float[] floats() {
        float[] values = new float[ints.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(ints[i]);
        }
        return values;
    }
}
