package loom.numeric.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import loom.numeric.Domain;
import org.junit.jupiter.api.Test;

class ScalarBuilderTest {
    @Test
    void sharesEqualInstructionsFoldsConstantsAndDropsTheUnused() {
        ScalarBuilder b = new ScalarBuilder(2);
        int x = b.arg(0);
        int y = b.arg(1);
        int sum = b.fadd(x, y);
        assertThat(b.fadd(x, y)).isEqualTo(sum);
        b.fmul(x, y);
        int seven = b.iadd(b.constBits(3), b.constBits(4));
        ScalarCode code = b.build(b.iadd(sum, seven));
        assertThat(code).hasToString("""
                        v0 = ARG 0
                        v1 = ARG 1
                        v2 = FADD v0 v1
                        v3 = CONST 0x7
                        v4 = IADD v2 v3
                        return v4
                        """);
    }

    @Test
    void roundsAndTrapsLikeTheDomain() {
        ScalarBuilder b = new ScalarBuilder(1);
        int x = b.arg(0);
        ScalarCode code = b.build(b.roundD(x), b.roundW(x), b.trapMask(x), b.trapMask(Domain.W, x));
        int n = 1 << 16;
        int[] inputs = new int[n];
        for (int i = 0; i < n; i++) {
            inputs[i] = i * 65535;
        }
        int[][] out = new ScalarInterpreter().run(code, new int[][] {inputs});
        for (int i = 0; i < n; i++) {
            float v = Float.intBitsToFloat(inputs[i]);
            if (!Float.isNaN(v)) {
                assertThat(out[0][i]).isEqualTo(Float.floatToRawIntBits(Domain.roundD(v)));
                assertThat(out[1][i]).isEqualTo(Float.floatToRawIntBits(Domain.roundW(v)));
            }
            assertThat(out[2][i]).isEqualTo(Domain.isTrapBits(inputs[i]) ? -1 : 0);
            assertThat(out[3][i]).isEqualTo(Domain.isTrapBitsW(inputs[i]) ? -1 : 0);
        }
    }

    @Test
    void inlinedCodeHasNoCallsAndTheSameResults() {
        ScalarBuilder b = new ScalarBuilder(1);
        ScalarCode code = b.build(b.call(ScalarFunction.EXP, b.call(ScalarFunction.TANH, b.arg(0))));
        ScalarCode inlined = code.inlined();
        for (int i = 0; i < inlined.size(); i++) {
            assertThat(inlined.op(i)).isNotEqualTo(MicroOp.CALL);
        }
        int input = Float.floatToRawIntBits(0.7f);
        ScalarInterpreter interpreter = new ScalarInterpreter();
        assertThat(interpreter.run(inlined, input)).isEqualTo(interpreter.run(code, input));
    }

    @Test
    void softCodeHasNoHardwareDivision() {
        for (ScalarFunction function : ScalarFunction.values()) {
            ScalarCode code = function.code().inlined().withSoftDivision().inlined();
            for (int i = 0; i < code.size(); i++) {
                assertThat(code.op(i)).isNotIn(MicroOp.FDIV, MicroOp.FSQRT, MicroOp.CALL);
            }
        }
    }

    @Test
    void refusesWrongArity() {
        ScalarBuilder b = new ScalarBuilder(1);
        int x = b.arg(0);
        assertThatThrownBy(() -> b.call(ScalarFunction.POW, x)).hasMessage("POW takes 2 arguments, not 1");
        assertThatThrownBy(() -> b.arg(1)).hasMessage("argument 1 of a function of 1");
    }
}
