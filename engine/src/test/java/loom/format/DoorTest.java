package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import loom.numeric.Domain;
import loom.numeric.FloatText;
import loom.numeric.Pieces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {
    /** Around each bound of domain D, and around what Pieces cuts. */
    @Test
    void roundsAsTheDomainSays() {
        int[] bounds = {0, 0x00800000, 0x21800000, 0x22000000, Domain.D_GRID_BITS, 0x3f800000, Domain.D_LIMIT_BITS - 2};
        float[] values = new float[2 * Pieces.SIZE];
        for (int i = 0; i < values.length; i++) {
            int bits = bounds[i % bounds.length] + i / bounds.length % 5 - 2;
            int magnitude = Math.max(bits, 0);
            values[i] = Float.intBitsToFloat(i % 3 == 0 ? magnitude | 0x80000000 : magnitude);
        }
        float[] expected = values.clone();
        int changed = 0;
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Domain.D.round(values[i]);
            changed += Float.floatToRawIntBits(expected[i]) == Float.floatToRawIntBits(values[i]) ? 0 : 1;
        }

        DoorReport report = Door.round(values, "x");

        assertThat(report).isEqualTo(new DoorReport(values.length, changed));
        assertThat(changed).isPositive();
        for (int i = 0; i < values.length; i++) {
            assertThat(FloatText.bits(values[i])).isEqualTo(FloatText.bits(expected[i]));
            assertThat(Domain.D.contains(values[i])).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Domain.D_LIMIT_BITS + 1, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fffffff})
    void refusesWhatIsNotInTheDomain(int magnitude) {
        for (int bits : new int[] {magnitude, magnitude | 0x80000000}) {
            float[] values = new float[Pieces.SIZE + 3];
            values[Pieces.SIZE + 1] = Float.intBitsToFloat(bits);

            assertThatThrownBy(() -> Door.round(values, "x"))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("element " + (Pieces.SIZE + 1) + " is ")
                    .hasMessageContaining("expected a magnitude up to 2^50");
        }
    }
}
