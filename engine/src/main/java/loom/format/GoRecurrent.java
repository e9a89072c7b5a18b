package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.ModelException.Code;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.model.Initialiser;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Merge;
import loom.model.Recurrence;
import loom.model.Rnn;
import loom.model.Tensor;

/**
 * Recurrent layers of the Go engine's files: a row of {@code seq_length·input_size} numbers becomes one of {@code
 * seq_length·hidden_size}. Its functions are tanh and sigmoid, whatever {@code activation} says.
 */
final class GoRecurrent {
    private static final List<String> KEYS = List.of("input_size", "hidden_size", "seq_length");

    private GoRecurrent() {}

    static GoLayer rnn(GoLayers reader, GoLayer.Entry e) {
        Size size = size(e);
        return layer(e, size, new Rnn(recurrence(size)), parameters(reader, e, size, "h"));
    }

    static GoLayer lstm(GoLayers reader, GoLayer.Entry e) {
        Size size = size(e);
        return layer(e, size, new Lstm(recurrence(size)), parameters(reader, e, size, "ifgo"));
    }

    /** Weights of the gates side by side; their letters end the keys. */
    private static LinkedHashMap<String, Tensor> parameters(GoLayers reader, GoLayer.Entry e, Size size, String gates) {
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        e.weights().ifPresent(w -> {
            Tensor[] kernels = new Tensor[gates.length()];
            Tensor[] recurrent = new Tensor[gates.length()];
            Tensor[] biases = new Tensor[gates.length()];
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < gates.length(); i++) {
                char gate = gates.charAt(i);
                keys.addAll(List.of("weight_i" + gate, "weight_h" + gate, "bias_" + gate));
                kernels[i] = transposed(reader, w.member("weight_i" + gate), size.hidden, size.in);
                recurrent[i] = transposed(reader, w.member("weight_h" + gate), size.hidden, size.hidden);
                biases[i] = reader.tensor(w.member("bias_" + gate), Shape.of(size.hidden));
            }
            GoKeys.others(w, List.of("dtype"), keys);
            parameters.put("kernel", sideBySide(kernels));
            parameters.put("recurrent_kernel", sideBySide(recurrent));
            parameters.put("bias", sideBySide(biases));
        });
        return parameters;
    }

    private record Size(int in, int hidden, int time) {}

    private static Size size(GoLayer.Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), KEYS);
        int in = GoKeys.agree(c, "input", List.of("input_size"));
        int hidden = GoKeys.size(c, "hidden_size");
        int time = Math.max(1, GoKeys.size(c, "seq_length"));
        long width = (long) in * time;
        if (e.width().isPresent() && e.width().get() != width) {
            throw c.error(
                    Code.SHAPE,
                    "expected an input of " + e.width().get() + " from the layer before, found input_size " + in
                            + " at seq_length " + time,
                    "");
        }
        if (Math.max(width, (long) hidden * time) > GoKeys.MAX_SIZE) {
            throw c.error(Code.SHAPE, "expected at most " + GoKeys.MAX_SIZE + " elements of a sample", "");
        }
        return new Size(in, hidden == 0 ? in : hidden, time);
    }

    /** With that engine's initialisers for a configuration without weights. */
    private static Recurrence recurrence(Size size) {
        return new Recurrence(
                size.hidden,
                true,
                false,
                Merge.CONCAT,
                1,
                0,
                true,
                Initialiser.Scaled.GLOROT_NORMAL,
                Initialiser.Scaled.LECUN_NORMAL);
    }

    private static GoLayer layer(GoLayer.Entry e, Size size, Layer layer, LinkedHashMap<String, Tensor> parameters) {
        int in = size.in * size.time;
        int out = size.hidden * size.time;
        return GoLayer.inRowsOf(size.in, GoLayer.of(layer, e.config(), in, out, parameters));
    }

    // ---- weights ----

    /** That engine's matrices have a row for every output. */
    private static Tensor transposed(GoLayers reader, Cursor c, int rows, int columns) {
        float[] from = reader.tensor(c, Shape.of(rows, columns)).values();
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return new Tensor(Shape.of(columns, rows), to);
    }

    /** Tensors of one shape joined along the last axis. */
    private static Tensor sideBySide(Tensor... parts) {
        Shape one = parts[0].shape();
        int last = one.rank() - 1;
        int width = one.dim(last);
        int rows = one.elements(1) / width;
        float[] to = new float[parts.length * rows * width];
        for (int i = 0; i < parts.length; i++) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(parts[i].values(), row * width, to, (row * parts.length + i) * width, width);
            }
        }
        return new Tensor(one.withDim(last, Extent.of(parts.length * width)), to);
    }
}
