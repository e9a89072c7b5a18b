package loom.e2e.bench;

import loom.graph.Shape;
import loom.model.Activation.Simple;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;

/** Multi-layer perceptron 784-512-512-10 with ReLU. */
record MlpWorkload(int batch, Model model) implements Workload {
    private static final long SEED = 101;

    MlpWorkload(int batch) {
        this(
                batch,
                Workload.seeded(
                        Network.of(
                                "mlp",
                                Shape.of(784),
                                new Dense(512, Simple.RELU),
                                new Dense(512, Simple.RELU),
                                new Dense(10, Simple.LINEAR)),
                        SEED));
    }

    @Override
    public String id() {
        return "mlp" + batch;
    }

    @Override
    public String title() {
        return "W1 MLP 784-512-512-10, batch " + batch;
    }

    @Override
    public float[] input() {
        return Workload.uniform(SEED + 1, batch * 784);
    }
}
