package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import loom.numeric.Domain;
import loom.numeric.scalar.ScalarFunction;
import loom.numeric.tools.Sweep;
import loom.testing.Approved;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorFunctionsTest {
    private interface Strips {
        void run(float[] o, float[] x, int n);
    }

    private static final Map<ScalarFunction, Strips> FUNCTIONS = Map.of(
            ScalarFunction.EXP, VectorFunctions::exp,
            ScalarFunction.LOG, VectorFunctions::log,
            ScalarFunction.TANH, VectorFunctions::tanh,
            ScalarFunction.SIGMOID, VectorFunctions::sigmoid,
            ScalarFunction.SOFTPLUS, VectorFunctions::softplus,
            ScalarFunction.ERF, VectorFunctions::erf,
            ScalarFunction.GELU, VectorFunctions::gelu,
            ScalarFunction.SILU, VectorFunctions::silu);

    /** After a change of lane code: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void theSourceIsWhatLaneCodeSays() throws IOException {
        Approved.file(Path.of("src/main/vector/loom/machine/parallel/VectorFunctions.java"), VectorSource.all());
    }

    static List<Sweep.Unary> functions() {
        return Sweep.FUNCTIONS.stream()
                .filter(u -> VectorSource.FUNCTIONS.contains(u.function()))
                .toList();
    }

    /** A sample of all values of the domain: {@code -Dloom.stride=1} takes them all. */
    @ParameterizedTest
    @MethodSource("functions")
    void haveTheBitsOfF32(Sweep.Unary unary) {
        int stride = Integer.getInteger("loom.stride", 1021);
        float[] x = new float[Lanes.STRIP];
        float[] o = new float[Lanes.STRIP];
        long inputs = 0;
        long wrong = 0;
        int n = 0;
        for (long bits = 0; bits < 1L << 32; bits += stride) {
            float value = Float.intBitsToFloat((int) bits);
            if (Domain.D.contains(value)) {
                x[n++] = value;
            }
            if (n == x.length || bits + stride >= 1L << 32) {
                FUNCTIONS.get(unary.function()).run(o, x, n);
                for (int i = 0; i < n; i++) {
                    float expected = unary.plain().of(x[i]);
                    wrong += Float.floatToRawIntBits(expected) == Float.floatToRawIntBits(o[i]) ? 0 : 1;
                }
                inputs += n;
                n = 0;
            }
        }
        assertThat(wrong).isZero();
        assertThat(inputs).isGreaterThan((1L << 30) / stride);
    }
}
