package loom.onnx;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import loom.graph.Words;
import loom.model.AvgPool;
import loom.model.GlobalAvgPool;
import loom.model.GlobalMaxPool;
import loom.model.Layer;
import loom.model.MaxPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maxima and means of windows and of whole channels. */
class PoolOnnxTest {
    /** Tolerance of cases whose published input and output have four decimals. */
    private static final Map<String, Double> ROUNDED =
            Map.of("test_averagepool_2d_ceil_last_window_starts_on_pad", 1e-4);

    static Stream<OnnxCase> cases() {
        return OnnxCase.of("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool").stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pool(OnnxCase c) {
        OnnxNode n = c.node();
        n.onlyHas(Set.of("auto_pad", "pads", "strides", "dilations", "kernel_shape", "ceil_mode", "count_include_pad"));
        int axes = c.operand(0).dims().length - 2;
        Words kernel = n.wholes("kernel_shape", axes, 0);
        Optional<Words> strides = Optional.of(OnnxWindows.strides(n, axes));
        boolean ceil = n.whole("ceil_mode", 0) == 1;
        Layer layer = switch (n.type()) {
            case "MaxPool" ->
                new MaxPool(kernel, strides, OnnxWindows.padding(n, axes), OnnxWindows.dilations(n, axes), ceil);
            case "AveragePool" ->
                new AvgPool(
                        kernel,
                        strides,
                        OnnxWindows.padding(n, axes),
                        OnnxWindows.dilations(n, axes),
                        n.whole("count_include_pad", 0) == 1,
                        ceil);
            case "GlobalMaxPool" -> new GlobalMaxPool();
            case "GlobalAveragePool" -> new GlobalAvgPool();
            default -> throw new IllegalArgumentException(n.type());
        };
        OnnxCheck.assertGives(
                OnnxCheck.model(c.operand(0).sample(), layer, Map.of()),
                c.operand(0),
                c.output(),
                ROUNDED.getOrDefault(c.name(), OnnxCheck.TOLERANCE));
    }
}
