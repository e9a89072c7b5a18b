package loom.e2e.bench;

import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation.Simple;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Model;
import loom.model.Network;
import loom.model.Padding;

/** A small convolutional network for images of digits: 3×3×32 with stride 2, 3×3×64, dense 10. */
record ConvWorkload(int batch, Model model) implements Workload {
    private static final long SEED = 301;
    private static final int SIDE = 28;
    private static final Padding AROUND = new Padding.Explicit(Words.of(1));

    ConvWorkload(int batch) {
        this(
                batch,
                Workload.seeded(
                        Network.of(
                                "conv",
                                Shape.of(1, SIDE, SIDE),
                                conv(32).withStride(Words.of(2), AROUND),
                                conv(64).withStride(Words.of(1), AROUND),
                                new Flatten(),
                                new Dense(10, Simple.LINEAR)),
                        SEED));
    }

    private static Conv conv(int filters) {
        return new Conv(2, filters, Words.of(3), Simple.RELU);
    }

    @Override
    public String id() {
        return "conv" + batch;
    }

    @Override
    public String title() {
        return "W3 conv net on 28×28, batch " + batch;
    }

    @Override
    public float[] input() {
        return Workload.uniform(SEED + 1, batch * SIDE * SIDE);
    }
}
