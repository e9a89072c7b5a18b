package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import loom.numeric.F32;
import org.junit.jupiter.api.Test;

class RopeTest {
    private static final RopeScaling AS_IT_IS = new RopeScaling.None();

    /** Every 97th position up to a million: the angle's own rounding would be 0.03 there. */
    @Test
    void factorsAreRightAtAnyPosition() {
        int half = 4;
        int length = 1_000_000;
        RopeTable table = new RopeTable(length, 10000f, half, false, AS_IT_IS);
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
        float[] halves = new RopeTable(2, 100f, 2, false, AS_IT_IS)
                .of(RopeTable.Part.SINES)
                .values();
        float[] neighbours = new RopeTable(2, 100f, 2, true, AS_IT_IS)
                .of(RopeTable.Part.SINES)
                .values();
        assertThat(halves).containsExactly(0, 0, 0, 0, -0.84147096f, -0.09983342f, 0.84147096f, 0.09983342f);
        assertThat(neighbours).containsExactly(0, 0, 0, 0, -0.84147096f, 0.84147096f, -0.09983342f, 0.09983342f);
    }

    /** Frequencies of Llama 3.1's heads as Hugging Face's own f32 arithmetic has them: short waves, between, long ones. */
    @Test
    void longWavesBecomeLonger() {
        RopeScaling llama = new RopeScaling.Llama3(8, 1, 4, 8192);
        assertThat(llama.scaled(1)).isEqualTo(1);
        assertThat(llama.scaled(0x1p-8f)).isEqualTo(0x1p-8f);
        assertThat(llama.scaled(0x1p-12f)).isEqualTo(0x1p-15f);
        // 8192·f/2π = 2: a third of the way from 1 to 4.
        float f = (float) (2 * Math.PI * 2 / 8192);
        assertThat(llama.scaled(f)).isCloseTo(f * (1 / 3f + 2 / 3f / 8), within(1e-9f));
        assertThat(new RopeScaling.Linear(4).scaled(0.5f)).isEqualTo(0.125f);
        assertThatThrownBy(() -> new RopeScaling.Llama3(8, 4, 4, 8192)).hasMessage("low: expected less than high");
    }
}
