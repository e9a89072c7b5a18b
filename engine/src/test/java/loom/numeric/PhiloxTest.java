package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import loom.numeric.scalar.RandomCode;
import loom.numeric.scalar.ScalarFunction;
import loom.numeric.scalar.ScalarInterpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
    private static final long SEED = 0x0123456789abcdefL;

    /** Known answers of the authors' library Random123: counters, key, words. */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void givesTheKnownAnswers(String counters, String key, String expected) {
        int[] c = words(counters);
        int[] k = words(key);
        int[] block = new int[4];
        Philox.block(k[0], k[1], c[0], c[1], c[2], c[3], block);
        assertThat(block).isEqualTo(words(expected));
        int[][] lanes = {{k[0]}, {k[1]}, {c[0]}, {c[1]}, {c[2]}, {c[3]}};
        int[][] out = new ScalarInterpreter().run(RandomCode.block(), lanes);
        for (int i = 0; i < 4; i++) {
            assertThat(out[i][0]).isEqualTo(block[i]);
            assertThat(new ScalarInterpreter()
                            .run(ScalarFunction.PHILOX.code(), k[0], k[1], c[0], c[1], c[2], c[3], i + 4))
                    .isEqualTo(block[i]);
        }
    }

    @Test
    void uniformsStayInTheirIntervals() {
        assertThat(Philox.uniform(0)).isEqualTo(0f);
        assertThat(Philox.uniform(-1)).isEqualTo(0x1.fffffep-1f);
        assertThat(Philox.openUniform(0)).isEqualTo(0x1p-24f);
        assertThat(Philox.openUniform(-1)).isEqualTo(0x1.fffffep-1f);
    }

    @Test
    void normalsAgreeWithTheirLaneCodeAndHaveTheirMoments() {
        int n = 100_000;
        int[][] lanes = new int[3][n];
        int[] uniforms = new int[n];
        float[] normals = new float[n];
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            normals[i] = Philox.normal(SEED, i, 7, 3, 1);
            sum += normals[i];
            squares += normals[i] * (double) normals[i];
            lanes[0][i] = Philox.word(SEED, i & ~1, 7, 3, 1);
            lanes[1][i] = Philox.word(SEED, i | 1, 7, 3, 1);
            lanes[2][i] = i;
            uniforms[i] = Float.floatToRawIntBits(Philox.uniform(lanes[0][i]));
        }
        assertThat(sum / n).isBetween(-0.01, 0.01);
        assertThat(squares / n).isBetween(0.98, 1.02);
        int[] out = new ScalarInterpreter().run(ScalarFunction.NORMAL.code(), lanes)[0];
        for (int i = 0; i < n; i++) {
            assertThat(out[i]).isEqualTo(Float.floatToRawIntBits(normals[i]));
        }
        assertThat(new ScalarInterpreter().run(ScalarFunction.UNIFORM.code(), new int[][] {lanes[0]})[0])
                .isEqualTo(uniforms);
    }

    @Test
    void openUniformAgreesWithItsLaneCode() {
        for (int i = 0; i < 1000; i++) {
            int word = Philox.word(SEED, i, 0, 0, 0);
            assertThat(new ScalarInterpreter().run(ScalarFunction.OPEN_UNIFORM.code(), word))
                    .isEqualTo(Float.floatToRawIntBits(Philox.openUniform(word)));
        }
    }

    private static int[] words(String hex) {
        String[] parts = hex.split(" ", -1);
        int[] words = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            words[i] = Integer.parseUnsignedInt(parts[i], 16);
        }
        return words;
    }
}
