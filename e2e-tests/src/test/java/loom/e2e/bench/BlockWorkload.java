package loom.e2e.bench;

import java.util.List;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Attention;
import loom.model.FeedForward;
import loom.model.Model;
import loom.model.Network;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Rope;

/** A block of the Llama kind over 128 tokens: causal attention of 8 heads with rotated queries and keys, then SwiGLU. */
record BlockWorkload(Model model) implements Workload {
    private static final long SEED = 401;
    private static final int LENGTH = 128;
    private static final int FEATURES = 512;
    private static final RmsNorm NORM = new RmsNorm(1e-6f, true);

    BlockWorkload() {
        this(Workload.seeded(
                Network.of(
                        "block",
                        Shape.of(LENGTH, FEATURES),
                        new Residual(List.of(
                                NORM,
                                Attention.of(8)
                                        .causal()
                                        .with(new Rope.Rotary(false))
                                        .withBiases(false, false))),
                        new Residual(List.of(NORM, new FeedForward(true, 1376, Activation.Simple.SILU, false)))),
                SEED));
    }

    @Override
    public String id() {
        return "block";
    }

    @Override
    public String title() {
        return "W4 transformer block d 512, 8 heads, 128 tokens";
    }

    @Override
    public List<Engine> engines() {
        return Engine.SEQUENCES;
    }

    @Override
    public int batch() {
        return 1;
    }

    /** In [−1, 1). */
    @Override
    public float[] input() {
        float[] values = Workload.uniform(SEED + 1, LENGTH * FEATURES);
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * values[i] - 1;
        }
        return values;
    }
}
