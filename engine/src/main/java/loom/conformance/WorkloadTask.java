package loom.conformance;

import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Attention;
import loom.model.BatchNorm;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Dropout;
import loom.model.Embedding;
import loom.model.FeedForward;
import loom.model.GlobalAvgPool;
import loom.model.LayerNorm;
import loom.model.MaxPool;
import loom.model.Network;
import loom.model.PositionTable;
import loom.model.Positional;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.numeric.F32;
import loom.numeric.Philox;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Loss;

/** The networks of the {@link Workload}s with what each learns: points, images, sequences. */
record WorkloadTask(Network network, Loss loss, Dataset data) {
    static final long SEED = 20_26;

    private static final int SAMPLES = 96;

    static final List<WorkloadTask> ALL = List.of(points(), images(), sequences());

    private static float uniform(int element, int sample) {
        return Philox.uniform(SEED, element, sample, 0, Philox.NOISE);
    }

    /** A whole number from 0 to below {@code bound}, by the high product. */
    private static int below(int bound, int element, int sample) {
        long word = Philox.word(SEED, element, sample, 1, Philox.NOISE) & 0xffffffffL;
        return (int) ((word * bound) >>> 32);
    }

    private static Loss labels(float smoothing) {
        return new CrossEntropy(true, smoothing, Optional.empty());
    }

    /** In how many of the first two pairs of coordinates both have the same sign. */
    private static WorkloadTask points() {
        int width = 10;
        Network network = Network.of(
                "mlp",
                Shape.of(width),
                new Dense(24, Activation.Simple.GELU),
                new LayerNorm(),
                new Dropout(0.125f),
                new Dense(20, Activation.Simple.TANH),
                new Dense(3, Activation.Simple.LINEAR));
        float[] x = new float[SAMPLES * width];
        float[] t = new float[SAMPLES];
        for (int s = 0; s < SAMPLES; s++) {
            for (int i = 0; i < width; i++) {
                x[s * width + i] = F32.sub(F32.mul(2, uniform(i, s)), 1);
            }
            for (int pair = 0; pair < 2; pair++) {
                int at = s * width + 2 * pair;
                t[s] += x[at] < 0 == x[at + 1] < 0 ? 1 : 0;
            }
        }
        return new WorkloadTask(network, labels(0.125f), new Dataset(Shape.of(width), x, Shape.of(1), t));
    }

    /** Lines in noise: along the columns, along the rows, or one of two diagonals. */
    private static WorkloadTask images() {
        int side = 8;
        Network network = Network.of(
                "conv",
                Shape.of(1, side, side),
                new Conv(2, 6, Words.of(3), Activation.Simple.LINEAR),
                new BatchNorm(),
                new MaxPool(Words.of(2)),
                new Conv(2, 8, Words.of(2), Activation.Simple.SILU),
                new GlobalAvgPool(),
                new Dense(4, Activation.Simple.LINEAR));
        float[] x = new float[SAMPLES * side * side];
        float[] t = new float[SAMPLES];
        for (int s = 0; s < SAMPLES; s++) {
            int kind = below(4, 0, s);
            int shift = below(side, 1, s);
            t[s] = kind;
            for (int row = 0; row < side; row++) {
                for (int column = 0; column < side; column++) {
                    int across = switch (kind) {
                        case 0 -> column;
                        case 1 -> row;
                        case 2 -> row + column;
                        default -> row - column;
                    };
                    int pixel = row * side + column;
                    float line = Math.floorMod(across - shift, side) == 0 ? 1 : 0;
                    x[s * side * side + pixel] = F32.add(line, F32.mul(0.5f, uniform(pixel, s)));
                }
            }
        }
        return new WorkloadTask(network, labels(0), new Dataset(Shape.of(1, side, side), x, Shape.of(1), t));
    }

    /** The next of {@code a(n) = a(n − 1) + 2·a(n − 2) + 1} modulo the vocabulary; the first answer, which nobody can know, has weight 0. */
    private static WorkloadTask sequences() {
        int length = 10;
        int vocabulary = 11;
        int width = 12;
        Network network = Network.of(
                "transformer",
                Shape.of(length),
                new Embedding(vocabulary, width),
                new Positional(new PositionTable.Learned()),
                new Residual(List.of(new RmsNorm(), Attention.of(2).causal())),
                new Residual(List.of(new RmsNorm(), new FeedForward(true, 16, Activation.Simple.SILU, true))),
                new LayerNorm(),
                new Dense(vocabulary, Activation.Simple.LINEAR));
        float[] x = new float[SAMPLES * length];
        float[] t = new float[SAMPLES * length];
        float[] weights = new float[SAMPLES * length];
        for (int s = 0; s < SAMPLES; s++) {
            int before = below(vocabulary, 0, s);
            int now = below(vocabulary, 1, s);
            for (int i = 0; i < length; i++) {
                int at = s * length + i;
                x[at] = before;
                t[at] = now;
                weights[at] = i == 0 ? 0 : 1;
                int next = (now + 2 * before + 1) % vocabulary;
                before = now;
                now = next;
            }
        }
        Dataset data = new Dataset(Shape.of(length), x, Shape.of(length, 1), t, Optional.of(weights));
        return new WorkloadTask(network, labels(0), data);
    }
}
