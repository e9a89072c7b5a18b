package loom.conformance;

import java.util.List;
import java.util.Optional;
import loom.conformance.LayerCases.Entry;
import loom.graph.Shape;
import loom.model.Activation.Simple;
import loom.model.Attention;
import loom.model.Dense;
import loom.model.Earlier;
import loom.model.FeedForward;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Network;
import loom.model.PositionTable;
import loom.model.Positional;
import loom.model.Precision;
import loom.model.Recall;
import loom.model.Reshape;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Rope;
import loom.model.Slice;

/** Attention and what goes with it. */
final class AttentionCases {
    private static final Rope HALVES = new Rope.Rotary(false);

    static final List<Entry> ALL = List.of(
            LayerCases.of("attention", Shape.of(5, 6), Attention.of(2)),
            LayerCases.of(
                    "attention to earlier positions",
                    Shape.of(5, 6),
                    Attention.of(3).causal()),
            LayerCases.of(
                    "attention, int8",
                    Shape.of(5, 6),
                    LayerOptions.NONE.with(Precision.INT8).on(Attention.of(3).causal())),
            LayerCases.of(
                    "attention with shared keys",
                    Shape.of(6, 8),
                    new Residual(List.of(
                            new RmsNorm(),
                            Attention.of(4)
                                    .withKeyValueHeads(2)
                                    .withHeadDimension(4)
                                    .causal()
                                    .with(HALVES)
                                    .withBiases(false, false)))),
            LayerCases.of(
                    "attention with everything",
                    Shape.of(6, 4),
                    Attention.of(2)
                            .withKeyValueHeads(1)
                            .withHeadDimension(6)
                            .causal()
                            .withWindow(3)
                            .with(new Rope.Rotary(true, 100f, Optional.of(4)))
                            .withQkNorm(1e-3f)
                            .withScale(0.7f)
                            .withDropout(0.25f)),
            LayerCases.of(
                    "attention in a window", Shape.of(7, 4), Attention.of(1).withWindow(2)),
            new Entry(
                    Network.of(
                            "attention to what is no padding",
                            Shape.of(6),
                            new Reshape(Shape.of(6, 1)),
                            new Dense(4, Simple.TANH),
                            Attention.of(2).causal().withPadding(Earlier.of(Earlier.INPUT), 0)),
                    3),
            LayerCases.of(
                    "attention to an encoder",
                    Shape.of(7, 3),
                    new Slice(0, 0, 4),
                    new Dense(6, Simple.TANH),
                    named("encoder", new Dense(5, Simple.SILU)),
                    new Recall("input"),
                    new Slice(0, 4, 3),
                    new Dense(4, Simple.TANH),
                    Attention.of(2).to(Earlier.of("encoder"))),
            LayerCases.of(
                    "attention to an earlier value of the sequence",
                    Shape.of(4, 3),
                    named("values", new Dense(5, Simple.TANH)),
                    new Dense(4, Simple.TANH),
                    Attention.of(2).to(Earlier.of("values")).causal().with(HALVES)),
            LayerCases.of(
                    "mlp and gated",
                    Shape.of(3, 5),
                    new FeedForward(false, 7, Simple.GELU, true),
                    new FeedForward(true, 6, Simple.SILU, true),
                    new FeedForward(true, 4, Simple.GELU, false)),
            LayerCases.of(
                    "positional",
                    Shape.of(5, 4),
                    new Positional(new PositionTable.Sinusoidal(100)),
                    new Dense(3, Simple.TANH),
                    new Positional(new PositionTable.Learned())));

    private AttentionCases() {}

    private static Layer named(String name, Layer layer) {
        return LayerOptions.NONE.named(name).on(layer);
    }
}
