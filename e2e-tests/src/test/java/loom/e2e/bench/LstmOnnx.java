package loom.e2e.bench;

import java.util.List;
import loom.graph.Shape;
import loom.model.Lstm;
import loom.model.Place;
import loom.model.Recurrence;
import loom.model.Tensor;
import loom.onnx.OnnxWriter;
import loom.onnx.OnnxWriter.Attribute;

/** A layer of LSTM in one direction, with all its states, as ONNX's operator. */
final class LstmOnnx {
    /** Place of each gate of ours (i, f, g, o) in ONNX (i, o, f, g). */
    private static final int[] GATE_TO_ONNX = {0, 2, 3, 1};

    private final int units;

    private LstmOnnx(int units) {
        this.units = units;
    }

    static String of(OnnxForm form, Place place, Lstm lstm, String x) {
        int units = lstm.recurrence().units();
        if (!lstm.equals(new Lstm(Recurrence.of(units)))) {
            throw OnnxForm.noForm(place.label() + " with " + lstm);
        }
        LstmOnnx weights = new LstmOnnx(units);
        OnnxWriter graph = form.graph();
        String y = place.path();
        String steps = graph.node("Transpose", List.of(x), y + ".steps", Attribute.list("perm", 1, 0, 2));
        List<String> operands = List.of(
                steps,
                graph.constant(y + ".w", weights.turned(form.values(place, "kernel"))),
                graph.constant(y + ".r", weights.turned(form.values(place, "recurrent_kernel"))),
                graph.constant(y + ".b", weights.bias(form.values(place, "bias"))));
        String states = graph.node("LSTM", operands, y + ".states", Attribute.of("hidden_size", units));
        // [time, directions, batch, units]
        String samples = graph.node("Transpose", List.of(states), y + ".samples", Attribute.list("perm", 2, 0, 1, 3));
        String shape = graph.shape(y + ".shape", form.batch(), place.input().dim(0), units);
        return graph.node("Reshape", List.of(samples, shape), y);
    }

    /** {@code [1, 4·units, in]} of {@code [in, 4·units]}. */
    private Tensor turned(Tensor from) {
        int in = from.shape().dim(0);
        int columns = from.shape().dim(1);
        float[] to = new float[from.values().length];
        for (int k = 0; k < in; k++) {
            for (int column = 0; column < columns; column++) {
                to[row(column) * in + k] = from.values()[k * columns + column];
            }
        }
        return new Tensor(Shape.of(1, columns, in), to);
    }

    /** {@code [1, 8·units]}: ours, then zeros for the bias of the recurrent product. */
    private Tensor bias(Tensor from) {
        float[] to = new float[2 * from.values().length];
        for (int column = 0; column < from.values().length; column++) {
            to[row(column)] = from.values()[column];
        }
        return new Tensor(Shape.of(1, to.length), to);
    }

    private int row(int column) {
        return GATE_TO_ONNX[column / units] * units + column % units;
    }
}
