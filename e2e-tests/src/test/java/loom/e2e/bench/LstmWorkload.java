package loom.e2e.bench;

import java.util.List;
import loom.graph.Shape;
import loom.model.Lstm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Recurrence;

/** LSTM of 256 units over 64 steps of 128 features, the whole sequence of states. */
record LstmWorkload(Model model) implements Workload {
    private static final long SEED = 501;
    private static final int TIME = 64;
    private static final int IN = 128;
    private static final int UNITS = 256;

    LstmWorkload() {
        this(Workload.seeded(Network.of("lstm", Shape.of(TIME, IN), new Lstm(Recurrence.of(UNITS))), SEED));
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
    public List<Engine> engines() {
        return Engine.SEQUENCES;
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public float[] input() {
        return Workload.uniform(SEED + 1, TIME * IN);
    }
}
