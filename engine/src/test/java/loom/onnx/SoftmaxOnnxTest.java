package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import loom.model.Softmax;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Softmax over the last axis. */
class SoftmaxOnnxTest {
    static Stream<OnnxCase> cases() {
        return OnnxCase.of("Softmax").stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void softmax(OnnxCase c) {
        c.node().onlyHas(Set.of("axis"));
        int rank = c.operand(0).dims().length;
        assertThat(c.node().whole("axis", -1)).isIn(-1, rank - 1);
        OnnxCheck.assertGives(
                OnnxCheck.model(c.operand(0).sample(), new Softmax(), Map.of()), c.operand(0), c.output());
    }

    @Test
    void casesAreWhatTheirFilesSay() {
        OnnxCase c = OnnxCase.of("Softmax").stream()
                .filter(x -> x.name().equals("test_softmax_example"))
                .findFirst()
                .orElseThrow();
        assertThat(c.nodes()).hasSize(1);
        assertThat(c.node().inputs()).isEqualTo(List.of("x"));
        assertThat(c.optional(1)).isEmpty();
        assertThat(c.operand(0).dims()).containsExactly(1, 3);
        assertThat(c.operand(0).values()).containsExactly(-1, 0, 1);
        assertThat(c.output().floats()).containsExactly(0.09003057f, 0.24472846f, 0.66524094f);
    }
}
