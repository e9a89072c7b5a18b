package loom.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import loom.format.ModelException;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;
import loom.numeric.DType;
import org.junit.jupiter.api.Test;

class PrecisionTest {
    private static Model weights(float... kernel) {
        Network n = Network.of("m", Shape.of(kernel.length), new Dense(1, Activation.Simple.LINEAR, false));
        LinkedHashMap<String, Tensor> p = new LinkedHashMap<>();
        p.put("0.0.0.kernel", new Tensor(Shape.of(kernel.length, 1), kernel));
        return Model.initialise(n, 1).withParameters(p);
    }

    @Test
    void roundsEveryParameter() {
        Model m = weights(1.0009765625f, 0.3f);
        assertThat(Precision.stored(m, DType.F16)
                        .parameters()
                        .get("0.0.0.kernel")
                        .values())
                .containsExactly(1.0009765625f, 0.30004883f);
        assertThat(Precision.stored(m, DType.BF16)
                        .parameters()
                        .get("0.0.0.kernel")
                        .values())
                .containsExactly(1f, 0.30078125f);
        assertThat(m.parameters().get("0.0.0.kernel").values()).containsExactly(1.0009765625f, 0.3f);
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertThatThrownBy(() -> Precision.stored(weights(1e6f), DType.F16))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("0.0.0.kernel stored as F16");
    }
}
