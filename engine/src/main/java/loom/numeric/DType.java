package loom.numeric;

/**
 * Types in which numbers are stored. Reading widens to f32, exactly where the type has at most 24 significant bits, else to the
 * nearest f32, ties to even. Writing rounds an f32 to the nearest number of the type, ties to even; integers saturate, and a NaN
 * becomes 0 there.
 *
 * <p>A number is the lowest {@link #bytes} bytes of a long, as they stand in a file, little-endian.
 */
public enum DType {
    F64("F64", 8),
    F32("F32", 4),
    F16("F16", 2),
    BF16("BF16", 2),
    F8_E4M3("F8_E4M3", 1),
    F8_E5M2("F8_E5M2", 1),
    I64("I64", 8),
    I32("I32", 4),
    I16("I16", 2),
    I8("I8", 1),
    U64("U64", 8),
    U32("U32", 4),
    U16("U16", 2),
    U8("U8", 1),
    /** 0 or 1 in files; whatever is not 0 counts as 1. */
    BOOL("BOOL", 1);

    private static final long LOW = 0xffffffffL;

    private final String label;
    private final int bytes;

    DType(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** What safetensors calls it. */
    public String label() {
        return label;
    }

    /** Bytes of a number. */
    public int bytes() {
        return bytes;
    }

    /** The f32 nearest to a stored number. */
    public float widen(long bits) {
        return switch (this) {
            case F64 -> (float) Double.longBitsToDouble(bits);
            case F32 -> Float.intBitsToFloat((int) bits);
            case F16 -> MiniFloat.F16.decode((int) bits & 0xffff);
            case BF16 -> Float.intBitsToFloat((int) bits << 16);
            case F8_E4M3 -> MiniFloat.E4M3.decode((int) bits & 0xff);
            case F8_E5M2 -> MiniFloat.E5M2.decode((int) bits & 0xff);
            case I64 -> (float) bits;
            case I32 -> (float) (int) bits;
            case I16 -> (short) bits;
            case I8 -> (byte) bits;
            case U64 -> unsigned(bits);
            case U32 -> (float) (bits & LOW);
            case U16 -> (int) bits & 0xffff;
            case U8 -> (int) bits & 0xff;
            case BOOL -> ((int) bits & 0xff) == 0 ? 0f : 1f;
        };
    }

    /** Above 2^63 the last bit dropped stays visible to the rounding of half the number. */
    private static float unsigned(long v) {
        return v >= 0 ? (float) v : 2f * (float) (v >>> 1 | v & 1);
    }

    /** Whether {@link #widen} changes no stored number of this type. */
    public boolean widensExactly() {
        return switch (this) {
            case F64, I64, I32, U64, U32 -> false;
            case F32, F16, BF16, F8_E4M3, F8_E5M2, I16, I8, U16, U8, BOOL -> true;
        };
    }

    /** Whether {@link #widen} leaves this number what it is. A NaN is one before and after. */
    public boolean isExact(long bits) {
        return switch (this) {
            case F64 -> {
                double d = Double.longBitsToDouble(bits);
                yield Double.isNaN(d) || (double) (float) d == d;
            }
            case I64 -> (float) bits < 0x1p63f && (long) (float) bits == bits;
            case I32 -> (long) widen(bits) == (int) bits;
            case U32 -> (long) widen(bits) == (bits & LOW);
            case U64 -> narrow(unsigned(bits)) == bits && unsigned(bits) < 0x1p64f;
            case F32, F16, BF16, F8_E4M3, F8_E5M2, I16, I8, U16, U8, BOOL -> true;
        };
    }

    /** The stored number nearest to {@code x}. */
    public long narrow(float x) {
        return switch (this) {
            case F64 -> Double.doubleToRawLongBits(x);
            case F32 -> Float.floatToRawIntBits(x) & LOW;
            case F16 -> MiniFloat.F16.encode(x);
            case BF16 -> MiniFloat.BF16.encode(x);
            case F8_E4M3 -> MiniFloat.E4M3.encode(x);
            case F8_E5M2 -> MiniFloat.E5M2.encode(x);
            case I64 -> (long) whole(x);
            case I32 -> Quantized.toInt32(x) & LOW;
            case I16 -> Quantized.toInt16(x) & 0xffffL;
            case I8 -> Quantized.toInt8(x) & 0xffL;
            case U64 -> toUnsigned(whole(x));
            case U32 -> Math.max(0, Math.min((long) whole(x), LOW));
            case U16 -> Math.max(0, Quantized.toInt(x, 17));
            case U8 -> Math.max(0, Quantized.toInt(x, 9));
            case BOOL -> x == 0f ? 0 : 1;
        };
    }

    private static float whole(float x) {
        return loom.numeric.F32.round(x);
    }

    private static long toUnsigned(float whole) {
        if (whole >= 0x1p64f) {
            return -1;
        }
        return whole >= 0x1p63f ? (long) (whole - 0x1p63f) ^ Long.MIN_VALUE : Math.max(0, (long) whole);
    }

    // ---- many ----

    /**
     * Numbers widened to f32.
     *
     * @param rounded how many are not what was stored
     */
    public record Widened(float[] values, long rounded) {}

    /**
     * Numbers as they are stored.
     *
     * @param rounded how many are not what they were
     */
    public record Narrowed(byte[] bytes, long rounded) {}

    /** Writes {@code count} numbers that start at byte {@code at} to {@code into}; gives how many were rounded. */
    public long widen(byte[] from, int at, float[] into, int intoAt, int count) {
        boolean exact = widensExactly();
        long rounded = 0;
        for (int i = 0; i < count; i++) {
            long bits = load(from, at + i * bytes);
            into[intoAt + i] = widen(bits);
            if (!exact && !isExact(bits)) {
                rounded++;
            }
        }
        return rounded;
    }

    public Widened widen(byte[] stored) {
        float[] values = new float[stored.length / bytes];
        return new Widened(values, widen(stored, 0, values, 0, values.length));
    }

    public Narrowed narrow(float[] values) {
        byte[] stored = new byte[Math.multiplyExact(values.length, bytes)];
        long rounded = 0;
        for (int i = 0; i < values.length; i++) {
            long bits = narrow(values[i]);
            store(stored, i * bytes, bits);
            float back = widen(bits);
            // -0 and a NaN's payload are no values of ours: -0 == 0 here, and a NaN that stays one is kept.
            boolean bothNan = Float.isNaN(back) && Float.isNaN(values[i]);
            if (back != values[i] && !bothNan || !isExact(bits)) {
                rounded++;
            }
        }
        return new Narrowed(stored, rounded);
    }

    /** The stored number at byte {@code at}. */
    public long load(byte[] from, int at) {
        long bits = 0;
        for (int k = bytes - 1; k >= 0; k--) {
            bits = bits << 8 | from[at + k] & 0xff;
        }
        return bits;
    }

    private void store(byte[] into, int at, long bits) {
        for (int k = 0; k < bytes; k++) {
            into[at + k] = (byte) (bits >>> 8 * k);
        }
    }
}
