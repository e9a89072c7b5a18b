package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import loom.graph.Words;
import loom.model.Interpolation;
import loom.model.Layer;
import loom.model.Pad;
import loom.model.PadMode;
import loom.model.Upsample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Enlarging by whole factors, and positions at the ends. */
class ResizeOnnxTest {
    private static final Map<String, String> EXCLUSIONS = new TreeMap<>(Map.of(
            "test_resize_downsample_scales_linear", "makes smaller",
            "test_resize_upsample_scales_cubic", "cubic interpolation"));

    static Stream<OnnxCase> resizes() {
        return OnnxCase.of("Resize").stream().filter(c -> !EXCLUSIONS.containsKey(c.name()));
    }

    static Stream<OnnxCase> pads() {
        return OnnxCase.of("Pad").stream();
    }

    @Test
    void listsWhatIsNotCompared() {
        EXCLUSIONS.forEach((name, reason) -> System.out.println("not compared: " + name + ": " + reason));
        assertThat(OnnxCase.of("Resize").stream().map(OnnxCase::name)).containsAll(EXCLUSIONS.keySet());
    }

    @ParameterizedTest
    @MethodSource("resizes")
    void upsample(OnnxCase c) {
        OnnxNode n = c.node();
        n.onlyHas(Set.of("mode", "coordinate_transformation_mode", "axes"));
        int[] from = c.operand(0).dims();
        int[] to = c.output().dims();
        int[] scale = new int[from.length - 2];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = to[2 + i] / from[2 + i];
            assertThat(scale[i] * from[2 + i]).isEqualTo(to[2 + i]);
        }
        boolean corners = n.text("coordinate_transformation_mode", "half_pixel").equals("align_corners");
        Interpolation mode = n.text("mode", "nearest").equals("linear")
                ? new Interpolation.Linear(corners)
                : new Interpolation.Nearest();
        check(c, new Upsample(Words.of(scale), mode));
    }

    @ParameterizedTest
    @MethodSource("pads")
    void pad(OnnxCase c) {
        OnnxNode n = c.node();
        n.onlyHas(Set.of("mode"));
        int rank = c.operand(0).dims().length;
        int[] given = c.operand(1).wholes();
        int[] axes = c.optional(3).map(OnnxTensor::wholes).orElse(new int[] {0, 1, 2, 3});
        int[] around = new int[2 * (rank - 2)];
        for (int i = 0; i < axes.length; i++) {
            int spatial = Math.floorMod(axes[i], rank) - 2;
            if (spatial < 0) {
                assertThat(given[i] + given[axes.length + i]).isZero();
            } else {
                around[spatial] = given[i];
                around[rank - 2 + spatial] = given[axes.length + i];
            }
        }
        float value = c.optional(2).map(t -> t.floats()[0]).orElse(0f);
        PadMode mode = switch (n.text("mode", "constant")) {
            case "constant" -> new PadMode.Constant(value);
            case "edge" -> new PadMode.Edge();
            case "reflect" -> new PadMode.Reflect();
            case "wrap" -> new PadMode.Wrap();
            default -> throw new IllegalArgumentException(c.name());
        };
        check(c, new Pad(Words.of(around), mode));
    }

    private static void check(OnnxCase c, Layer layer) {
        OnnxCheck.assertGives(OnnxCheck.model(c.operand(0).sample(), layer, Map.of()), c.operand(0), c.output());
    }
}
