package loom.e2e.bench;

import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;

/** x·W, both n × n, W constant: a dense layer without bias and activation. */
record MatMulWorkload(int n, Model model) implements Workload {
    private static final long SEED = 201;

    MatMulWorkload(int n) {
        this(
                n,
                Workload.seeded(
                        Network.of("matmul", Shape.of(n), new Dense(n, Activation.Simple.LINEAR, false)), SEED));
    }

    @Override
    public String id() {
        return "matmul" + n;
    }

    @Override
    public String title() {
        return "W2 matmul " + n + "³";
    }

    @Override
    public int batch() {
        return n;
    }

    @Override
    public float[] input() {
        return Workload.uniform(SEED + 1, n * n);
    }
}
