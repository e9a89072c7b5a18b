package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
    /** What a code of a narrow type means, by the definition of the type. */
    private static double value(DType type, int code) {
        return switch (type) {
            case F16 -> value(code, 5, 10, true);
            case BF16 -> value(code, 8, 7, true);
            case F8_E5M2 -> value(code, 5, 2, true);
            case F8_E4M3 -> (code & 0x7f) == 0x7f ? Double.NaN : value(code, 4, 3, false);
            case I16 -> (short) code;
            case I8 -> (byte) code;
            case U16, U8 -> code;
            case BOOL -> code == 0 ? 0 : 1;
            case F64, F32, I64, I32, U64, U32 -> throw new AssertionError(type);
        };
    }

    private static double value(int code, int exponentBits, int fractionBits, boolean specials) {
        int sign = code >>> (exponentBits + fractionBits) == 0 ? 1 : -1;
        int field = code >>> fractionBits & (1 << exponentBits) - 1;
        double fraction = (code & (1 << fractionBits) - 1) / (double) (1 << fractionBits);
        int bias = (1 << exponentBits - 1) - 1;
        if (specials && field == (1 << exponentBits) - 1) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return sign * (field == 0 ? fraction * Math.pow(2, 1 - bias) : (1 + fraction) * Math.pow(2, field - bias));
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16", "F8_E4M3", "F8_E5M2", "I16", "I8", "U16", "U8", "BOOL"})
    void everyCodeWidensExactlyAndComesBack(DType type) {
        for (int code = 0; code < 1 << 8 * type.bytes(); code++) {
            double expected = value(type, code);
            float found = type.widen(code);
            if (Double.isNaN(expected)) {
                assertThat(found).isNaN();
                assertThat(type.widen(type.narrow(found))).isNaN();
                continue;
            }
            assertThat((double) found).as("%s %x", type, code).isEqualTo(expected);
            assertThat(type.isExact(code)).isTrue();
            if (type != DType.BOOL) {
                assertThat(type.narrow(found)).as("%s %x", type, code).isEqualTo(code);
            }
        }
    }

    /** Between each two neighbours: just below the middle down, just above up, the middle to the even code. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16", "F8_E4M3", "F8_E5M2", "I16", "I8", "U16", "U8"})
    void theMiddleOfNeighboursGoesToTheEvenOne(DType type) {
        int last = (1 << 8 * type.bytes() - 1) - 1;
        for (int code = 0; code < last; code++) {
            double low = value(type, code);
            double high = value(type, code + 1);
            if (Double.isNaN(high) || Double.isInfinite(high) || Double.isNaN(low)) {
                continue;
            }
            float middle = (float) ((low + high) / 2); // exact: f32 has more digits than any of these types
            int even = (code & 1) == 0 ? code : code + 1;
            assertThat(type.narrow(middle)).as("%s %x", type, code).isEqualTo(even);
            assertThat(type.narrow(Math.nextDown(middle))).isEqualTo(code);
            assertThat(type.narrow(Math.nextUp(middle))).isEqualTo(code + 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 65519.99, 7bff",
        "F16, 65520, 7c00",
        "F16, -1e9, fc00",
        "BF16, 3.4028235e38, 7f80",
        "F8_E4M3, 464, 7e",
        "F8_E4M3, 465, 7f",
        "F8_E5M2, 61440, 7c",
        "I8, 127.5, 7f",
        "I8, -128.5, 80",
        "I8, 300, 7f",
        "I8, NaN, 0",
        "I16, -1e9, 8000",
        "U8, -3, 0",
        "U8, 255.5, ff",
        "U16, 1e9, ffff",
        "I32, 2147483648, 7fffffff",
        "I32, -3e9, 80000000",
        "U32, 4294967296, ffffffff",
        "U32, -1, 0",
        "I64, 9223372036854775808, 7fffffffffffffff",
        "U64, 9223372036854775808, 8000000000000000",
        "U64, 18446744073709551616, ffffffffffffffff",
        "U64, NaN, 0",
        "BOOL, 0.25, 1",
        "BOOL, -0, 0",
        "F64, 1.5, 3ff8000000000000",
        "F32, 1.5, 3fc00000",
    })
    void endsOfTheTypes(DType type, float x, String code) {
        assertThat(type.narrow(x)).isEqualTo(Long.parseUnsignedLong(code, 16));
    }

    /** Against arithmetic of any length. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F64", "I64", "I32", "U64", "U32"})
    void wideNumbersRoundToTheNearest(DType type) {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            long bits = random.nextLong() >> random.nextInt(64);
            if (type == DType.F64) {
                bits = Double.doubleToRawLongBits((double) bits * Math.pow(2, random.nextInt(-150, 60)));
            } else if (type.bytes() == 4) {
                bits &= 0xffffffffL;
            }
            BigDecimal exact = exact(type, bits);
            float found = type.widen(bits);
            BigDecimal distance = new BigDecimal(found).subtract(exact).abs();
            for (float other : new float[] {Math.nextUp(found), Math.nextDown(found)}) {
                BigDecimal away = new BigDecimal(other).subtract(exact).abs();
                int order = distance.compareTo(away);
                assertThat(order).isLessThanOrEqualTo(0);
                assertThat(order == 0 && (Float.floatToRawIntBits(found) & 1) == 1)
                        .isFalse();
            }
            assertThat(type.isExact(bits)).as("%s %x", type, bits).isEqualTo(distance.signum() == 0);
        }
    }

    private static BigDecimal exact(DType type, long bits) {
        return switch (type) {
            case F64 -> new BigDecimal(Double.longBitsToDouble(bits));
            case I64 -> new BigDecimal(bits);
            case I32 -> new BigDecimal((int) bits);
            case U32 -> new BigDecimal(bits);
            case U64 -> new BigDecimal(new BigInteger(Long.toUnsignedString(bits)));
            default -> throw new AssertionError(type);
        };
    }

    /** Integers of f32 of every size, against arithmetic of any length. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"I64", "I32", "U64", "U32", "I16", "U16", "I8", "U8"})
    void floatsRoundToTheNearestInteger(DType type) {
        boolean signed = type.name().startsWith("I");
        BigInteger one = BigInteger.ONE;
        int bits = 8 * type.bytes();
        BigInteger max = one.shiftLeft(signed ? bits - 1 : bits).subtract(one);
        BigInteger min = signed ? max.negate().subtract(one) : BigInteger.ZERO;
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 20_000; i++) {
            float x = Float.intBitsToFloat(random.nextInt(120, 195) << 23
                    | random.nextInt(1 << 23) & -(1 << i % 24)
                    | random.nextInt(2) << 31);
            BigInteger nearest =
                    new BigDecimal(x).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
            BigInteger expected = nearest.max(min).min(max);
            BigInteger mask = one.shiftLeft(bits).subtract(one);
            assertThat(Long.toHexString(type.narrow(x)))
                    .as("%s %s", type, x)
                    .isEqualTo(expected.and(mask).toString(16));
        }
    }

    @Test
    void reportsWhatWasRounded() {
        assertThat(DType.F16.narrow(new float[] {1, 0.1f, 1e6f, Float.NaN, -0f}).rounded())
                .isEqualTo(2);
        assertThat(DType.I8.narrow(new float[] {1, 1.5f, 200, Float.NaN, -128}).rounded())
                .isEqualTo(3);
        assertThat(DType.I64.narrow(new float[] {0x1p62f, 0x1p63f}).rounded()).isEqualTo(1);
        assertThat(DType.U64.narrow(new float[] {0x1p63f, 0x1p64f}).rounded()).isEqualTo(1);
        byte[] stored = {1, 0, 0, 1, 2, 0, 0, 0};
        DType.Widened wide = DType.I32.widen(stored);
        assertThat(wide.values()).containsExactly(0x1p24f, 2f);
        assertThat(wide.rounded()).isEqualTo(1);
    }
}
