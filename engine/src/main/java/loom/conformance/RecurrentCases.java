package loom.conformance;

import java.util.List;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Gru;
import loom.model.Lstm;
import loom.model.Merge;
import loom.model.Recurrence;
import loom.model.Rnn;

/** Cases of layers that run over time. */
final class RecurrentCases {
    static final List<LayerCases.Entry> ALL = List.of(
            LayerCases.of("rnn", Shape.of(5, 3), new Rnn(Recurrence.of(6))),
            LayerCases.of("gru", Shape.of(4, 3), new Gru(Recurrence.of(5), true)),
            LayerCases.of(
                    "gru as in the paper",
                    Shape.of(3, 2),
                    new Gru(Recurrence.of(9).last(), false),
                    new Dense(2, Activation.Simple.LINEAR)),
            LayerCases.of("lstm", Shape.of(5, 3), new Lstm(Recurrence.of(4))),
            LayerCases.of(
                    "lstm, two layers in two directions",
                    Shape.of(3, 4),
                    new Lstm(Recurrence.of(5).bidirectional(Merge.CONCAT).stacked(2, 0.25f))));

    private RecurrentCases() {}
}
