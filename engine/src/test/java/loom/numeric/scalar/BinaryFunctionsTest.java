package loom.numeric.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import loom.numeric.Domain;
import loom.numeric.F32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryFunctionsTest {
    private static final int CASES = 400_000;
    private static final ScalarInterpreter INTERPRETER = new ScalarInterpreter();

    /** Values of D over all its magnitudes, with many small integers, powers of two and their neighbours. */
    private static int[] values(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] values = new int[CASES];
        for (int i = 0; i < CASES; i++) {
            float x = switch (i % 5) {
                case 0 -> (float) random.nextInt(-40, 41);
                case 1 -> Float.intBitsToFloat((random.nextInt(67, 178) << 23) + random.nextInt(-3, 4));
                case 2 -> random.nextInt(-80, 81) / 8f;
                case 3 -> Float.intBitsToFloat((random.nextInt(120, 134) << 23) + random.nextInt(1 << 23));
                default -> Float.intBitsToFloat((random.nextInt(67, 177) << 23) + random.nextInt(1 << 23));
            };
            x = random.nextBoolean() ? x : x * -1f;
            values[i] = Float.floatToRawIntBits(Domain.roundD(x));
        }
        return values;
    }

    private static float f(int bits) {
        return Float.intBitsToFloat(bits);
    }

    @Test
    void powAgreesAndIsGood() {
        int[] x = values(1);
        int[] y = values(2);
        int[] z = INTERPRETER.run(ScalarFunction.POW.code(), new int[][] {x, y})[0];
        double worst = 0;
        int defined = 0;
        for (int i = 0; i < CASES; i++) {
            float p = F32.pow(f(x[i]), f(y[i]));
            assertThat(z[i]).isEqualTo(Float.floatToRawIntBits(p));
            double exact = Math.pow(f(x[i]), f(y[i]));
            boolean trap = !(Math.abs(exact) <= 0x1p50);
            assertThat(Domain.isTrapBits(z[i])).as("%s ^ %s", f(x[i]), f(y[i])).isEqualTo(trap);
            if (!trap) {
                defined++;
                worst = Math.max(
                        worst, Math.abs(p - exact) / Math.max(Math.scalb(1.0, Math.getExponent(exact) - 23), 0x1p-60));
            }
        }
        assertThat(defined).isGreaterThan(CASES / 4);
        assertThat(worst).isLessThan(0.95);
    }

    @Test
    void powHasItsSpecialCases() {
        assertThat(F32.pow(0f, 0f)).isEqualTo(1f);
        assertThat(F32.pow(-3f, 0f)).isEqualTo(1f);
        assertThat(F32.pow(0f, 2f)).isEqualTo(0f);
        assertThat(F32.pow(-2f, 3f)).isEqualTo(-8f);
        assertThat(F32.pow(-2f, 4f)).isEqualTo(16f);
        assertThat(F32.pow(-1f, 16777215f)).isEqualTo(-1f);
        assertThat(F32.pow(-1f, 16777216f)).isEqualTo(1f);
        assertThat(F32.pow(1f, 0x1p50f)).isEqualTo(1f);
        assertThat(F32.pow(0.5f, 0x1p50f)).isEqualTo(0f);
        assertThat(F32.pow(4f, 0.5f)).isEqualTo(2f);
        assertThat(F32.pow(10f, 3f)).isEqualTo(1000f);
    }

    @Test
    void divisionAgrees() {
        int[] x = values(3);
        int[] y = values(4);
        int[] d = INTERPRETER.run(ScalarFunction.DIV.code(), new int[][] {x, y})[0];
        int[] w = INTERPRETER.run(ScalarFunction.DIV_W.code(), new int[][] {x, y})[0];
        for (int i = 0; i < CASES; i++) {
            assertThat(d[i]).isEqualTo(Float.floatToRawIntBits(F32.div(f(x[i]), f(y[i]))));
            assertThat(w[i]).isEqualTo(Float.floatToRawIntBits(F32.divW(f(x[i]), f(y[i]))));
        }
    }

    /** The soft versions from estimates that are a given number of units wrong, on all of domain W. */
    @ParameterizedTest
    @ValueSource(ints = {-16, -15, -7, -3, -2, -1, 0, 1, 2, 3, 4, 9, 15, 16})
    void softDivisionAndRootAreCorrectlyRounded(int units) {
        SplittableRandom random = new SplittableRandom(units);
        int[] x = new int[CASES];
        int[] y = new int[CASES];
        for (int i = 0; i < CASES; i++) {
            x[i] = wide(random);
            y[i] = wide(random);
        }
        x[0] = 0;
        ScalarInterpreter wrong = new ScalarInterpreter(bits -> bits + units);
        int[] quotient = wrong.run(ScalarFunction.DIV_W.code().withSoftDivision(), new int[][] {x, y})[0];
        int[] positive = new int[CASES];
        for (int i = 0; i < CASES; i++) {
            positive[i] = x[i] & 0x7fffffff;
            assertThat(quotient[i]).isEqualTo(Float.floatToRawIntBits(F32.divW(f(x[i]), f(y[i]))));
        }
        int[] root = wrong.run(ScalarFunction.SQRT.code().withSoftDivision(), new int[][] {positive})[0];
        for (int i = 0; i < CASES; i++) {
            assertThat(root[i]).isEqualTo(Float.floatToRawIntBits(F32.sqrt(f(positive[i]))));
        }
    }

    /** A value of domain W, its fraction often close to a power of two, where quotients and roots change binades. */
    private static int wide(SplittableRandom random) {
        int exponent = random.nextInt(2, 227) << 23;
        int sign = random.nextInt() & 0x80000000;
        int fraction = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(4);
            case 1 -> 0x7fffff - random.nextInt(4);
            default -> random.nextInt(1 << 23);
        };
        return sign | exponent + fraction;
    }
}
