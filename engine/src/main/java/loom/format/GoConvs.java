package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Conv;
import loom.model.Initialiser;
import loom.model.Padding;
import loom.model.ParameterSpec;
import loom.model.Tensor;

/**
 * Convolutions of the Go engine's files: one kernel size, stride and padding for every axis. That engine's values are rows, so a
 * convolution is read as one between a reshape and a flatten.
 */
final class GoConvs {
    private static final int MAX_SIZE = 1 << 15;
    private static final List<String> KEYS = List.of("input_channels", "filters", "kernel_size", "stride", "padding");
    private static final List<String> AXES = List.of("depth", "height", "width");

    private GoConvs() {}

    static GoLayer read(GoLayers reader, GoLayer.Entry e, int axes) {
        Cursor c = e.config();
        List<String> own = new ArrayList<>(KEYS);
        List<String> names = AXES.subList(3 - axes, 3);
        if (axes == 1) {
            own.addAll(List.of("input_length", "input_height"));
        } else {
            names.forEach(axis -> own.addAll(List.of("input_" + axis, "output_" + axis)));
        }
        GoKeys.others(c, List.of("type", "activation"), own);
        int[] extents = new int[1 + axes];
        extents[0] = Math.max(1, GoKeys.size(c, "input_channels"));
        for (int i = 0; i < axes; i++) {
            extents[1 + i] = axes == 1
                    ? GoKeys.agree(c, "input", List.of("input_length", "input_height"))
                    : GoKeys.agree(c, "input", List.of("input_" + names.get(i)));
        }
        Shape input = Shape.of(extents);
        int width = input.elements(1);
        if (e.width().isPresent() && e.width().get() != width) {
            throw c.error(
                    Code.SHAPE,
                    "expected an input of " + e.width().get() + " from the layer before, found " + width + " as "
                            + input,
                    "");
        }
        Conv conv = conv(reader, e, axes);
        Shape output = conv.outputShape(input);
        for (int i = 0; i < axes && axes > 1; i++) {
            int given = GoKeys.size(c, "output_" + names.get(i));
            if (given != 0 && given != output.dim(1 + i)) {
                throw c.member("output_" + names.get(i)).expected(output.dim(1 + i) + ", which the other sizes give");
            }
        }
        GoLayer layer = GoLayer.of(conv, c, width, output.elements(1), parameters(reader, e, conv, input));
        return GoLayer.inShape(input, layer);
    }

    private static Conv conv(GoLayers reader, GoLayer.Entry e, int axes) {
        Cursor c = e.config();
        boolean bias = e.weights()
                .map(w -> w.has(biasKey(axes)) && !GoKeys.empty(w.member(biasKey(axes))))
                .orElse(true);
        return new Conv(
                axes,
                c.member("filters").whole(1, 1 << 20),
                Words.of(c.member("kernel_size").whole(1, MAX_SIZE)),
                Words.of(Math.max(
                        1, c.optional("stride").map(s -> s.whole(0, MAX_SIZE)).orElse(1))),
                new Padding.Explicit(Words.of(
                        c.optional("padding").map(p -> p.whole(0, MAX_SIZE)).orElse(0))),
                Words.of(1),
                1,
                reader.activation(c),
                bias,
                Initialiser.Scaled.HE_NORMAL);
    }

    private static LinkedHashMap<String, Tensor> parameters(GoLayers reader, GoLayer.Entry e, Conv conv, Shape input) {
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        e.weights().ifPresent(w -> {
            List<String> keys = List.of(conv.axes() == 3 ? "conv3d_kernel" : "kernel", biasKey(conv.axes()));
            GoKeys.others(w, List.of("dtype"), keys);
            for (ParameterSpec p : conv.parameters(input)) {
                parameters.put(p.name(), reader.tensor(w.member(keys.get(parameters.size())), p.shape()));
            }
        });
        return parameters;
    }

    private static String biasKey(int axes) {
        return axes == 3 ? "conv3d_bias" : "conv_bias";
    }
}
