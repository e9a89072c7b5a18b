package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import loom.numeric.Domain;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final int GREATEST = Float.floatToRawIntBits(0x1p120f);

    @Test
    void roundsAsRuleD() {
        int wrong = 0;
        for (int bits = 0; bits <= GREATEST; bits += 4093) {
            wrong += differs(bits);
        }
        // Around the grid's range, and around halves of its unit.
        for (int bits = Float.floatToRawIntBits(0x1p-64f); bits < Float.floatToRawIntBits(0x1p-34f); bits += 61) {
            wrong += differs(bits);
        }
        for (float centre = 0x1p-66f; centre < 1; centre *= 1.25f) {
            for (int d = -3; d <= 3; d++) {
                wrong += differs(Float.floatToRawIntBits(centre) + d);
                wrong += differs(Float.floatToRawIntBits(Domain.roundD(centre) + 0x1p-61f) + d);
            }
        }
        assertThat(wrong).isZero();
    }

    private static int differs(int bits) {
        return one(Float.intBitsToFloat(bits)) + one(Float.intBitsToFloat(bits | Integer.MIN_VALUE));
    }

    private static int one(float x) {
        return Float.floatToRawIntBits(Lanes.roundD(x)) == Float.floatToRawIntBits(Domain.roundD(x)) ? 0 : 1;
    }

    @Test
    void marksWhatViolatesRuleT() {
        for (Domain domain : Domain.values()) {
            int limit = domain.limitBits();
            int[] fine = {0, 1, limit, limit - 1, limit | Integer.MIN_VALUE, Float.floatToRawIntBits(-3f)};
            int[] wrong = {limit + 1, limit + 1 | Integer.MIN_VALUE, 0x7f800000, 0xff800000, Domain.UNDEFINED_BITS};
            for (int bits : fine) {
                assertThat(marked(domain, bits)).as(Integer.toHexString(bits)).isFalse();
            }
            for (int bits : wrong) {
                assertThat(marked(domain, bits)).as(Integer.toHexString(bits)).isTrue();
            }
        }
    }

    private static boolean marked(Domain domain, int bits) {
        float[] marks = new float[5];
        float[] good = {1, 0, -1, 2, 3};
        float[] x = {1, 2, Float.intBitsToFloat(bits), 3, 4};
        Lanes.test(domain, good, marks, 5);
        Lanes.test(domain, x, marks, 5);
        Lanes.test(domain, good, marks, 5);
        return Lanes.marked(marks, 5);
    }
}
