package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionsTest {
    @Test
    void halvesAgreeWithTheJdk() {
        for (int code = 0; code < 1 << 16; code++) {
            float x = MiniFloat.F16.decode(code);
            float jdk = Float.float16ToFloat((short) code);
            assertThat(Float.isNaN(x)).isEqualTo(Float.isNaN(jdk));
            if (!Float.isNaN(x)) {
                assertThat(Float.floatToRawIntBits(x)).isEqualTo(Float.floatToRawIntBits(jdk));
            }
        }
        for (long i = 0; i < 1L << 32; i += 3001) {
            float x = Float.intBitsToFloat((int) i);
            if (!Float.isNaN(x)) {
                assertThat((short) MiniFloat.F16.encode(x)).isEqualTo(Float.floatToFloat16(x));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MiniFloat.class)
    void everyCodeComesBack(MiniFloat format) {
        for (int code = 0; code < 1 << format.bits(); code++) {
            float x = format.decode(code);
            if (Float.isNaN(x)) {
                assertThat(format.decode(format.encode(x))).isNaN();
            } else {
                assertThat(format.encode(x)).isEqualTo(code);
            }
        }
    }

    /** Brute force: the nearest finite value of the format, the even code at ties. */
    @ParameterizedTest
    @EnumSource(
            value = MiniFloat.class,
            names = {"E4M3", "E5M2", "E2M1"})
    void roundsToTheNearest(MiniFloat format) {
        SplittableRandom random = new SplittableRandom(1);
        int positive = 1 << format.bits() - 1;
        for (int i = 0; i < 20_000; i++) {
            float x =
                    Float.intBitsToFloat((random.nextInt(100, 144) << 23) + (random.nextInt(1 << 23) & -(1 << i % 24)));
            int best = 0;
            for (int code = 1; code < positive; code++) {
                float y = format.decode(code);
                double distance = Math.abs((double) y - x);
                double least = Math.abs((double) format.decode(best) - x);
                if (distance < least || distance == least && (code & 1) == 0) {
                    best = code;
                }
            }
            float rounded = format.decode(format.encode(x));
            if (Float.isFinite(rounded)) {
                assertThat(format.encode(x)).as("%s", x).isEqualTo(best);
                assertThat(format.encode(x * -1f)).isEqualTo(best + positive);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 65504, 7bff",
        "F16, 65519.996, 7bff",
        "F16, 65520, 7c00",
        "F16, 5.9604645e-8, 1",
        "F16, 2.9802322e-8, 0",
        "BF16, 1, 3f80",
        "BF16, 1.00390625, 3f80",
        "BF16, 1.01171875, 3f82",
        "BF16, 3.4e38, 7f80",
        "BF16, 1e-40, 1",
        "E4M3, 448, 7e",
        "E4M3, 464, 7e",
        "E4M3, 465, 7f",
        "E4M3, 0.001953125, 1",
        "E4M3, -2, c0",
        "E5M2, 57344, 7b",
        "E5M2, 61440, 7c",
        "E2M1, 5, 6",
        "E2M1, 5.1, 7",
        "E2M1, 1000, 7",
        "E2M1, 0.25, 0",
        "E2M1, 0.75, 2",
        "E2M1, -6, f"
    })
    void encodes(MiniFloat format, float x, String code) {
        assertThat(Integer.toHexString(format.encode(x))).isEqualTo(code);
    }

    @Test
    void specialValues() {
        assertThat(MiniFloat.E4M3.encode(Float.POSITIVE_INFINITY)).isEqualTo(0x7f);
        assertThat(MiniFloat.E4M3.encode(Float.NaN)).isEqualTo(0x7f);
        assertThat(MiniFloat.E5M2.encode(Float.NEGATIVE_INFINITY)).isEqualTo(0xfc);
        assertThat(MiniFloat.E2M1.encode(Float.POSITIVE_INFINITY)).isEqualTo(7);
        assertThatThrownBy(() -> MiniFloat.E2M1.encode(Float.NaN)).hasMessage("E2M1 has no NaN");
    }

    @Test
    void integersAreNearestAndSaturate() {
        assertThat(Quantized.toInt8(2.5f)).isEqualTo((byte) 2);
        assertThat(Quantized.toInt8(3.5f)).isEqualTo((byte) 4);
        assertThat(Quantized.toInt8(-2.5f)).isEqualTo((byte) -2);
        assertThat(Quantized.toInt8(127.5f)).isEqualTo((byte) 127);
        assertThat(Quantized.toInt8(-1e9f)).isEqualTo((byte) -128);
        assertThat(Quantized.toInt16(40000f)).isEqualTo((short) 32767);
        assertThat(Quantized.toInt32(1e20f)).isEqualTo(Integer.MAX_VALUE);
        assertThat(Quantized.toInt32(-1e20f)).isEqualTo(Integer.MIN_VALUE);
        assertThat(Quantized.toInt32(Float.NaN)).isZero();
        assertThat(Quantized.toInt(-9f, 4)).isEqualTo(-8);
        assertThat(Quantized.toTernary(0.5f)).isZero();
        assertThat(Quantized.toTernary(0.6f)).isEqualTo(1);
        assertThat(Quantized.toTernary(-7f)).isEqualTo(-1);
        assertThat(Quantized.toBinary(0f)).isEqualTo(1);
        assertThat(Quantized.toBinary(-0.1f)).isEqualTo(-1);
    }
}
