package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightTypeTest {
    private static List<Float> all(WeightType type) {
        List<Float> values = new ArrayList<>();
        for (int code = 0; code < 1 << type.bits(); code++) {
            values.add(type.value(code));
        }
        return values;
    }

    @Test
    void codesOfFewBits() {
        assertThat(all(WeightType.BINARY)).containsExactly(-1f, 1f);
        assertThat(all(WeightType.TERNARY)).containsExactly(0f, 1f, Float.NaN, -1f);
        assertThat(all(WeightType.INT4))
                .containsExactly(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, -8f, -7f, -6f, -5f, -4f, -3f, -2f, -1f);
        assertThat(all(WeightType.F4))
                .containsExactly(0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f);
        for (int code = 0; code < 256; code++) {
            assertThat(WeightType.INT8.value(code)).isEqualTo(code < 128 ? code : code - 256);
        }
    }

    /** Against the formulas of the formats, in double. */
    @Test
    void codesOfFloats() {
        for (int code = 0; code < 256; code++) {
            double sign = code < 128 ? 1 : -1;
            int magnitude = code & 127;
            int e4 = magnitude >> 3;
            double e4m3 = e4 == 0 ? (magnitude & 7) * 0x1p-9 : (8 + (magnitude & 7)) * Math.pow(2, e4 - 10);
            assertThat((Float) WeightType.F8_E4M3.value(code))
                    .isEqualTo((Float) (magnitude == 127 ? Float.NaN : (float) (sign * e4m3)));
            int e5 = magnitude >> 2;
            double e5m2 = e5 == 0 ? (magnitude & 3) * 0x1p-16 : (4 + (magnitude & 3)) * Math.pow(2, e5 - 17);
            float expected =
                    magnitude > 124 ? Float.NaN : (float) (sign * (magnitude == 124 ? Double.POSITIVE_INFINITY : e5m2));
            assertThat((Float) WeightType.F8_E5M2.value(code)).isEqualTo((Float) expected);
        }
        assertThat(WeightType.F16.value(0x3c01)).isEqualTo(1 + 0x1p-10f);
        assertThat(WeightType.F16.value(0x8001)).isEqualTo(-0x1p-24f);
        assertThat(WeightType.BF16.value(0xc049)).isEqualTo(Float.intBitsToFloat(0xc0490000));
    }

    /** The code of a number is that of the nearest one, whatever other there is; beyond the ends it is the end's. */
    @ParameterizedTest
    @EnumSource(WeightType.class)
    void nearest(WeightType type) {
        for (int i = 0; i < 2000; i++) {
            float x = (Philox.uniform(7, i, 0, 0, 0) - 0.5f) * 3 * Math.min(type.largest(), 1000f);
            float found = type.value(type.code(x));
            for (float other : type.bits() == 16 ? List.of(0f) : all(type)) {
                if (Math.abs(other) <= type.largest() + (type.hasZeroPoint() ? 1 : 0)) {
                    assertThat(Math.abs((double) x - found)).isLessThanOrEqualTo(Math.abs((double) x - other));
                }
            }
        }
        if (type != WeightType.BINARY) {
            assertThat(type.code(-0f)).isZero();
            assertThat(type.code(-0x1p-49f)).isIn(0, type == WeightType.BF16 ? 0xa700 : 0);
        }
        assertThat(type.value(type.code(0x1p50f))).isEqualTo(type == WeightType.BF16 ? 0x1p50f : type.largest());
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void codesStandInTheLowestBitsFirst(WeightType type) {
        int n = 37;
        byte[] bytes = new byte[type.bytes(n)];
        assertThat(bytes).hasSize((n * type.bits() + 7) / 8);
        int mask = (1 << type.bits()) - 1;
        for (int i = 0; i < n; i++) {
            type.store(bytes, i, i * 40503 & mask);
        }
        for (int i = 0; i < n; i++) {
            assertThat(type.load(bytes, i)).isEqualTo(i * 40503 & mask);
            int bit = i * type.bits();
            assertThat(bytes[bit / 8] >> bit % 8 & 1).isEqualTo(i * 40503 & 1);
        }
    }
}
