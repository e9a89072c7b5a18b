package loom.numeric;

import java.util.Optional;

/**
 * Types of fewer bits than an f32 in which weights are stored. A number is its code, in the low {@link #bits} bits of an int; codes
 * stand one after the other in bytes, the first in the lowest bits, and bits left over at the end are 0.
 */
public enum WeightType {
    F16("f16", 16, 65_504),
    BF16("bf16", 16, 0x1.fep127f),
    F8_E4M3("f8_e4m3", 8, 448),
    F8_E5M2("f8_e5m2", 8, 57_344),
    /** E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. */
    F4("f4", 4, 6),
    /** −128 to 127. */
    INT8("int8", 8, 127),
    /** −8 to 7. */
    INT4("int4", 4, 7),
    /** −1, 0 and 1 in two bits of two's complement; the code 2 is none. */
    TERNARY("ternary", 2, 1),
    /** −1 and 1, codes 0 and 1. */
    BINARY("binary", 1, 1);

    private final String label;
    private final int bits;
    private final float largest;

    WeightType(String label, int bits, float largest) {
        this.label = label;
        this.bits = bits;
        this.largest = largest;
    }

    /** What files and people call it. */
    public String label() {
        return label;
    }

    public static Optional<WeightType> of(String label) {
        for (WeightType t : values()) {
            if (t.label.equals(label)) {
                return Optional.of(t);
            }
        }
        return Optional.empty();
    }

    public int bits() {
        return bits;
    }

    /** Largest number whose negative is one, too. */
    public float largest() {
        return largest;
    }

    /** Whether its numbers mean nothing without a scale: all but floats of 16 bits have one. */
    public boolean isScaled() {
        return bits < 16;
    }

    /** How a tensor file holds it: smaller ones by bytes, several numbers in each. */
    public DType inFiles() {
        return switch (this) {
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            case F8_E4M3 -> DType.F8_E4M3;
            case F8_E5M2 -> DType.F8_E5M2;
            case INT8 -> DType.I8;
            case F4, INT4, TERNARY, BINARY -> DType.U8;
        };
    }

    /** Whether a zero point can be taken off its numbers. */
    public boolean hasZeroPoint() {
        return this == INT8 || this == INT4;
    }

    /** The number of a code, exactly; NaN of a code that has none. */
    public float value(int code) {
        return switch (this) {
            case F16 -> MiniFloat.F16.decode(code);
            case BF16 -> MiniFloat.BF16.decode(code);
            case F8_E4M3 -> MiniFloat.E4M3.decode(code);
            case F8_E5M2 -> MiniFloat.E5M2.decode(code);
            case F4 -> MiniFloat.E2M1.decode(code);
            case INT8 -> (byte) code;
            case INT4 -> code << 28 >> 28;
            case TERNARY -> code == 2 ? Float.NaN : code << 30 >> 30;
            case BINARY -> code == 0 ? -1 : 1;
        };
    }

    /** The code of the number nearest to a finite {@code x}, ties to even, at most the largest. Never that of −0. */
    public int code(float x) {
        float within =
                Math.max(Math.min(x, largest), this == INT8 || this == INT4 ? F32.neg(largest) - 1 : F32.neg(largest));
        int code = switch (this) {
            case F16 -> MiniFloat.F16.encode(within);
            case BF16 -> MiniFloat.BF16.encode(within);
            case F8_E4M3 -> MiniFloat.E4M3.encode(within);
            case F8_E5M2 -> MiniFloat.E5M2.encode(within);
            case F4 -> MiniFloat.E2M1.encode(within);
            case INT8, INT4 -> Quantized.toInt(within, bits);
            case TERNARY -> Quantized.toTernary(within);
            case BINARY -> Quantized.toBinary(within) > 0 ? 1 : 0;
        };
        return value(code) == 0 ? 0 : code & (1 << bits) - 1;
    }

    // ---- bytes ----

    /** Bytes that {@code count} numbers take. */
    public int bytes(int count) {
        return Math.toIntExact(((long) count * bits + 7) / 8);
    }

    /** The code of number {@code i}. */
    public int load(byte[] from, int i) {
        if (bits == 16) {
            return from[2 * i] & 0xff | (from[2 * i + 1] & 0xff) << 8;
        }
        long at = (long) i * bits;
        return from[(int) (at >> 3)] >> (int) (at & 7) & (1 << bits) - 1;
    }

    /** Sets number {@code i}, whose bits are 0. */
    public void store(byte[] into, int i, int code) {
        if (bits == 16) {
            into[2 * i] = (byte) code;
            into[2 * i + 1] = (byte) (code >> 8);
            return;
        }
        long at = (long) i * bits;
        into[(int) (at >> 3)] |= (byte) (code << (int) (at & 7));
    }
}
