package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import loom.numeric.Domain;
import org.junit.jupiter.api.Test;

class VectorsTest {
    private static final int SIGN = 0x80000000;
    private static final int GREATEST = Domain.D_LIMIT_BITS;

    /** Lengths with and without a rest behind the last whole vector. */
    private static final int MOST = 2 * Vectors.LANES + Vectors.LANES - 1;

    @Test
    void roundsAsRuleD() {
        int wrong = 0;
        int bits = 0;
        for (int n = 1; bits <= GREATEST; n = n % MOST + 1) {
            float[] x = new float[MOST];
            float[] expected = new float[MOST];
            for (int i = 0; i < n; i++) {
                // Densely where the grid is coarser than the numbers.
                bits += bits > 0x20000000 && bits < 0x2e000000 ? 127 : 4093;
                x[i] = Float.intBitsToFloat(bits | (i % 2 == 0 ? SIGN : 0));
                expected[i] = Domain.roundD(x[i]);
            }
            Vectors.round(x, n);
            for (int i = 0; i < MOST; i++) {
                wrong += Float.floatToRawIntBits(x[i]) == Float.floatToRawIntBits(expected[i]) ? 0 : 1;
            }
        }
        assertThat(wrong).isZero();
    }

    @Test
    void findsWhatViolatesRuleT() {
        int[] fine = {0, 1, GREATEST, GREATEST - 1, GREATEST | SIGN, Float.floatToRawIntBits(-3f)};
        int[] wrong = {GREATEST + 1, GREATEST + 1 | SIGN, 0x7f800000, 0xff800000, Domain.UNDEFINED_BITS};
        for (int n = 1; n <= MOST; n++) {
            for (int i = 0; i < MOST; i++) {
                for (int bits : fine) {
                    assertThat(traps(n, i, bits)).isFalse();
                }
                for (int bits : wrong) {
                    assertThat(traps(n, i, bits)).as("%d of %d", i, n).isEqualTo(i < n);
                }
            }
        }
    }

    private static boolean traps(int n, int i, int bits) {
        float[] x = new float[MOST];
        x[i] = Float.intBitsToFloat(bits);
        return Vectors.round(x, n);
    }
}
