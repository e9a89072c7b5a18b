package loom.e2e.bench;

import java.util.List;
import java.util.Map;
import loom.graph.Shape;
import loom.model.Lstm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Recurrence;
import loom.model.Tensor;

/** LSTM of 256 units over 64 steps of 128 features, the whole sequence of states. */
record LstmWorkload(Model model) implements Workload {
    private static final long SEED = 501;
    private static final int TIME = 64;
    private static final int IN = 128;
    private static final int UNITS = 256;

    /** Place of each gate of ours (i, f, g, o) in ONNX (i, o, f, g). */
    private static final int[] GATE_TO_ONNX = {0, 2, 3, 1};

    LstmWorkload() {
        this(Model.initialise(Network.of("lstm", Shape.of(TIME, IN), new Lstm(Recurrence.of(UNITS))), SEED));
    }

    @Override
    public String id() {
        return "lstm";
    }

    @Override
    public String title() {
        return "W5 LSTM 128→256 × 64 steps";
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public byte[] onnx() {
        OnnxGraph graph = new OnnxGraph();
        graph.input("x", 1, TIME, IN);
        graph.transpose("x", "steps", 1, 0, 2);
        graph.constant("w", weights("0.0.0.kernel", IN));
        graph.constant("r", weights("0.0.0.recurrent_kernel", UNITS));
        graph.constant("b", bias());
        graph.node("LSTM", List.of("steps", "w", "r", "b"), "y", Map.of("hidden_size", UNITS));
        graph.output("y", TIME, 1, 1, UNITS);
        return graph.toBytes();
    }

    /** {@code [1, 4·units, in]}. */
    private Tensor weights(String name, int in) {
        float[] from = model.parameters().get(name).values();
        float[] to = new float[from.length];
        for (int k = 0; k < in; k++) {
            for (int column = 0; column < 4 * UNITS; column++) {
                to[row(column) * in + k] = from[k * 4 * UNITS + column];
            }
        }
        return new Tensor(Shape.of(1, 4 * UNITS, in), to);
    }

    /** {@code [1, 8·units]}: ours, then zeros for the bias of the recurrent product. */
    private Tensor bias() {
        float[] from = model.parameters().get("0.0.0.bias").values();
        float[] to = new float[2 * from.length];
        for (int column = 0; column < from.length; column++) {
            to[row(column)] = from[column];
        }
        return new Tensor(Shape.of(1, to.length), to);
    }

    private static int row(int column) {
        return GATE_TO_ONNX[column / UNITS] * UNITS + column % UNITS;
    }

    @Override
    public float[] input() {
        return Workload.uniform(SEED + 1, TIME * IN);
    }

    @Override
    public double flop() {
        return 2.0 * TIME * (IN + UNITS) * 4 * UNITS;
    }
}
