package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation.Simple;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.Model;
import loom.model.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TfliteFormTest {
    @ParameterizedTest
    @MethodSource("loom.e2e.bench.Workload#all")
    void everyWorkloadOfItsEngineHasOne(Workload workload) {
        if (workload.engines().contains(Engine.LITERT)) {
            long weights = workload.model().parameters().values().stream()
                    .mapToLong(tensor -> 4L * tensor.values().length)
                    .sum();
            byte[] file = TfliteForm.of(workload.model(), workload.batch());
            assertThat(file).hasSizeGreaterThan((int) weights);
            assertThat(new String(file, 4, 4, StandardCharsets.US_ASCII)).isEqualTo("TFL3");
        }
    }

    @Test
    void whatHasNoneIsRefusedByItsName() {
        refuses(Shape.of(4), new LayerNorm(), "cell 0,0 layer 0 layer_norm has no TensorFlow Lite form here");
        refuses(Shape.of(4), new Dense(4, Simple.TANH, false), "TANH has no TensorFlow Lite form here");
        refuses(
                Shape.of(2, 5, 5),
                new Conv(2, 3, Words.of(3), Simple.RELU),
                "an input of [2,5,5] has no TensorFlow Lite form here");
    }

    private static void refuses(Shape input, Layer layer, String message) {
        Model model = Model.initialise(Network.of("odd", input, layer), 1);
        assertThatThrownBy(() -> TfliteForm.of(model, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
