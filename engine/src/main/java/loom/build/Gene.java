package loom.build;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Concat;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.FeedForward;
import loom.model.Gru;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.Lstm;
import loom.model.MaxPool;
import loom.model.Parallel;
import loom.model.Recurrence;
import loom.model.Residual;
import loom.model.Rnn;

/**
 * A block of a network that is drawn or bred.
 *
 * @param width units or filters
 */
record Gene(Kind kind, int width, Activation.Simple activation) {
    static final List<Integer> WIDTHS = List.of(4, 8, 16, 32, 64);

    static final List<Activation.Simple> ACTIVATIONS = List.of(
            Activation.Simple.RELU,
            Activation.Simple.TANH,
            Activation.Simple.GELU,
            Activation.Simple.SILU,
            Activation.Simple.SIGMOID);

    /** What a block is, and the fewest axes that it takes: those of a vector, a sequence, an image. */
    enum Kind {
        DENSE("dense", 1),
        NORMALISED("normalised", 1),
        RESIDUAL("residual", 1),
        PARALLEL("parallel", 1),
        GATED("gated", 1),
        RNN("rnn", 2),
        GRU("gru", 2),
        LSTM("lstm", 2),
        CONV("conv", 3),
        POOL("pool", 3);

        private final String label;
        private final int rank;

        Kind(String label, int rank) {
            this.label = label;
            this.rank = rank;
        }

        /** Kinds for values of so many axes; images take blocks of images only. */
        static List<Kind> of(int rank) {
            List<Kind> kinds = new ArrayList<>();
            for (Kind k : values()) {
                if (k.rank == rank || k.rank < rank && rank < 3) {
                    kinds.add(k);
                }
            }
            return kinds;
        }
    }

    static Gene drawn(Dice dice, int rank) {
        return new Gene(dice.of(Kind.of(rank)), dice.of(WIDTHS), dice.of(ACTIVATIONS));
    }

    /** The block's layers over values of shape {@code in}; none where it does not fit. */
    List<Layer> layers(Shape in) {
        int last = in.dim(in.rank() - 1);
        return switch (kind) {
            case DENSE -> List.of(new Dense(width, activation));
            case NORMALISED -> List.of(new LayerNorm(), new Dense(width, activation));
            case RESIDUAL ->
                List.of(new Residual(List.of(
                        new LayerNorm(), new Dense(width, activation), new Dense(last, Activation.Simple.LINEAR))));
            case PARALLEL ->
                List.of(new Parallel(
                        List.of(new Dense(width, activation), new Dense(width, Activation.Simple.LINEAR)),
                        new Concat()));
            case GATED ->
                List.of(new Residual(List.of(new LayerNorm(), new FeedForward(true, width, activation, false))));
            case RNN -> List.of(new Rnn(Recurrence.of(width)));
            case GRU -> List.of(new Gru(Recurrence.of(width), true));
            case LSTM -> List.of(new Lstm(Recurrence.of(width)));
            case CONV -> {
                int side = Math.min(3, Math.min(in.dim(1), last));
                yield List.of(new Conv(2, width, Words.of(side, side), activation));
            }
            case POOL -> in.dim(1) < 2 || last < 2 ? List.of() : List.of(new MaxPool(Words.of(2, 2)));
        };
    }

    /** As in {@code dense 16 relu}. */
    String text() {
        return switch (kind) {
            case POOL -> kind.label;
            case RNN, GRU, LSTM -> kind.label + " " + width;
            case DENSE, NORMALISED, RESIDUAL, PARALLEL, GATED, CONV ->
                kind.label + " " + width + " "
                        + activation.fields().declaration().name();
        };
    }
}
