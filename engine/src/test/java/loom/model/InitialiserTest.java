package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import loom.graph.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialiserTest {
    @ParameterizedTest
    @CsvSource({"8,8,1", "20,7,1", "7,20,2", "1,5,0.5", "5,1,1", "1,1,3", "64,64,1.4142135"})
    void orthogonal(int rows, int columns, float gain) {
        ParameterSpec p = new ParameterSpec("w", Shape.of(rows, columns), new Initialiser.Orthogonal(gain));
        float[] w = p.values(5, 2);
        boolean byRow = rows <= columns;
        int vectors = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        for (int i = 0; i < vectors; i++) {
            for (int j = 0; j <= i; j++) {
                double dot = 0;
                for (int k = 0; k < length; k++) {
                    dot += (double) w[byRow ? i * columns + k : k * columns + i]
                            * w[byRow ? j * columns + k : k * columns + j];
                }
                assertThat(dot).isCloseTo(i == j ? (double) gain * gain : 0, within(2e-6 * gain * gain));
            }
        }
        assertArrayEquals(w, p.values(5, 2));
        if (w.length > 1) { // of one element only the sign is random
            assertThat(p.values(6, 2)).isNotEqualTo(w);
        }
    }

    /** A kernel [filters, channels, taps...] is orthogonal filter by filter. */
    @ParameterizedTest
    @CsvSource({"4,3,3", "2,2,5"})
    void orthogonalOfMoreAxes(int filters, int channels, int taps) {
        Initialiser init = new Initialiser.Orthogonal(1);
        ParameterSpec deep = new ParameterSpec("w", Shape.of(filters, channels, taps), init);
        ParameterSpec flat = new ParameterSpec("w", Shape.of(filters, channels * taps), init);
        assertArrayEquals(init.values(flat, 1, 0), init.values(deep, 1, 0));
    }
}
