package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DomainTest {
    private static int roundedD(double x) {
        return Float.floatToRawIntBits(Domain.roundD((float) x));
    }

    @Test
    void roundsToTheGridWithTiesToEven() {
        assertThat(roundedD(0x1p-60)).isEqualTo(0x21800000);
        assertThat(roundedD(0x1p-61)).isZero();
        assertThat(roundedD(0x1.000002p-61)).isEqualTo(0x21800000);
        assertThat(roundedD(0x1.8p-60)).isEqualTo(0x22000000);
        assertThat(roundedD(0x1.4p-59)).isEqualTo(0x22000000);
        assertThat(roundedD(-0x1.8p-60)).isEqualTo(0xa2000000);
        assertThat(roundedD(0x1.fffffep-38)).isEqualTo(0x2d000000);
    }

    @Test
    void zeroIsPositive() {
        assertThat(roundedD(-0.0)).isZero();
        assertThat(roundedD(-0x1p-70)).isZero();
        assertThat(roundedD(-0x1p-149)).isZero();
        assertThat(Float.floatToRawIntBits(Domain.roundW(-0f))).isZero();
        assertThat(Float.floatToRawIntBits(Domain.roundW(-0x1.fffffep-126f))).isZero();
        assertThat(Domain.roundW(0x1p-125f)).isEqualTo(0x1p-125f);
    }

    @Test
    void everyFloatRoundsToTheNearestMultiple() {
        for (long i = 0; i < 1L << 32; i += 4099) {
            float x = Float.intBitsToFloat((int) i);
            float y = Domain.roundD(x);
            if (Math.abs(x) < 0x1p-37f) {
                assertThat((double) y).isEqualTo(Math.rint(x * 0x1p60) * 0x1p-60 + 0.0);
            } else {
                assertThat(Float.floatToRawIntBits(y)).isEqualTo((int) i);
            }
        }
    }

    @Test
    void trapsAboveTheLimit() {
        assertThat(Domain.isTrapBits(0x58800000)).isFalse();
        assertThat(Domain.isTrapBits(0xd8800000)).isFalse();
        assertThat(Domain.isTrapBits(0x58800001)).isTrue();
        assertThat(Domain.isTrapBits(0xd8800001)).isTrue();
        assertThat(Domain.isTrapBits(0x7f800000)).isTrue();
        assertThat(Domain.isTrapBits(0xffc00000)).isTrue();
        assertThat(Domain.isTrapBits(0x80000000)).isFalse();
        assertThat(Domain.isTrapBitsW(0x71800000)).isFalse();
        assertThat(Domain.isTrapBitsW(0x71800001)).isTrue();
        assertThat(Domain.W.traps(0xf1800001)).isTrue();
        assertThat(Domain.D.traps(Domain.UNDEFINED_BITS)).isTrue();
    }

    @Test
    void containsWhatRoundingLeavesAlone() {
        assertThat(Domain.D.contains(0x1p50f)).isTrue();
        assertThat(Domain.D.contains(0x1.8p-60f)).isFalse();
        assertThat(Domain.D.contains(-0f)).isFalse();
        assertThat(Domain.D.contains(Float.NaN)).isFalse();
        assertThat(Domain.W.contains(0x1.234p-120f)).isTrue();
        assertThat(Domain.W.contains(0x1p-126f)).isFalse();
    }
}
