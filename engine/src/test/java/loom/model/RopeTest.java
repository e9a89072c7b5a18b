package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import loom.numeric.F32;
import org.junit.jupiter.api.Test;

class RopeTest {
    /** Every 97th position up to a million: the angle's own rounding would be 0.03 there. */
    @Test
    void factorsAreRightAtAnyPosition() {
        int half = 4;
        int length = 1_000_000;
        RopeTable table = new RopeTable(length, 10000f, half, false);
        float[] cosines = table.of(RopeTable.Part.COSINES).values();
        float[] sines = table.of(RopeTable.Part.SINES).values();
        for (int i = 0; i < half; i++) {
            double frequency = Angles.frequency(10000f, i, half);
            for (int p = 0; p < length; p += 97) {
                double angle = p * frequency;
                int at = p * 2 * half + i;
                assertThat((double) cosines[at]).isCloseTo(Math.cos(angle), within(1.2e-7));
                assertThat((double) sines[at]).isCloseTo(-Math.sin(angle), within(1.2e-7));
                assertEquals(cosines[at], cosines[at + half]);
                assertEquals(F32.neg(sines[at]), sines[at + half]);
            }
        }
    }

    @Test
    void pairsStandAsDeclared() {
        float[] halves =
                new RopeTable(2, 100f, 2, false).of(RopeTable.Part.SINES).values();
        float[] neighbours =
                new RopeTable(2, 100f, 2, true).of(RopeTable.Part.SINES).values();
        assertThat(halves).containsExactly(0, 0, 0, 0, -0.84147096f, -0.09983342f, 0.84147096f, 0.09983342f);
        assertThat(neighbours).containsExactly(0, 0, 0, 0, -0.84147096f, 0.84147096f, -0.09983342f, 0.09983342f);
    }
}
