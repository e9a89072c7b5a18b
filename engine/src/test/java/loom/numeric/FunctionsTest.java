package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.numeric.scalar.ScalarFunction;
import loom.numeric.tools.Sweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionsTest {
    /** Part of the sweep of all inputs that the build does; {@code loom.numeric.tools.Sweep} does the rest. */
    private static final int STRIDE = 4093;

    static List<Sweep.Unary> functions() {
        return Sweep.FUNCTIONS;
    }

    @ParameterizedTest
    @MethodSource("functions")
    void laneCodeGivesTheSameBitsAndTheErrorIsBounded(Sweep.Unary unary) {
        Sweep.Result result = Sweep.sweep(unary, STRIDE);
        assertThat(result.inputs()).isGreaterThan(300_000);
        assertThat(result.differing()).isZero();
        assertThat(result.worst()).isLessThanOrEqualTo(unary.bound());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3f800000",
        "3f800000, 402df854",
        "c2280000, 21800000",
        "c22c0000, 0",
        "420aa122, 587fffd2",
        "420aa123, 58800000",
        "58800000, 58800000"
    })
    void expHasTheseBits(String input, String expected) {
        assertThat(hex(F32.exp(value(input)))).isEqualTo(expected);
    }

    /** The digests over every 65,537th bit pattern that are published in docs/numerics.md. */
    @ParameterizedTest
    @CsvSource({
        "EXP, ebec1928", "LOG, 05027feb", "TANH, 7c62a77a", "SIGMOID, 2ae49e67", "SOFTPLUS, ca733886", "ERF, 094320f9",
        "GELU, f455a4d0", "SILU, 4187d2bc", "SIN, 512c5e12", "COS, 54ddd083", "SQRT, 22faa0f7", "RSQRT, d5ea8649",
        "RECIPROCAL, 3ad582da", "FLOOR, 93eb54b7", "CEIL, 4b78f0b7", "ROUND, 391da437"
    })
    void digestsAreThePublishedOnes(ScalarFunction function, String digest) {
        Sweep.Unary unary = Sweep.FUNCTIONS.stream()
                .filter(u -> u.function() == function)
                .findFirst()
                .orElseThrow();
        assertThat(String.format("%08x", Sweep.quickDigest(unary))).isEqualTo(digest);
    }

    @Test
    void undefinedCasesTrap() {
        float[] undefined = {
            F32.div(1f, 0f),
            F32.div(0f, 0f),
            F32.divW(1f, 0f),
            F32.reciprocal(0f),
            F32.sqrt(-1f),
            F32.log(0f),
            F32.log(-1f),
            F32.rsqrt(0f),
            F32.rsqrt(-2f),
            F32.pow(0f, -1f),
            F32.pow(-2f, 0.5f)
        };
        for (float x : undefined) {
            assertThat(Float.floatToRawIntBits(x)).isEqualTo(Domain.UNDEFINED_BITS);
        }
    }

    private static String hex(float x) {
        return Integer.toHexString(Float.floatToRawIntBits(x));
    }

    private static float value(String hex) {
        return Float.intBitsToFloat(Integer.parseUnsignedInt(hex, 16));
    }
}
