package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import loom.conformance.LayerCases;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.run.Decoder;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** Which layers answer position by position. That their answers are the whole sequence's is checked with every layer case. */
class SteppingTest {
    private static final Dense DENSE = new Dense(3, Activation.Simple.TANH);

    private static Network network(Shape input, Layer... layers) {
        return Network.of("", input, layers);
    }

    /** What no layer case decodes. A layer that does not say how it steps is here, so none is forgotten. */
    @Test
    void theseLayersTakeTheWholeSequence() {
        Set<String> whole = new TreeSet<>(Layer.Types.ALL.names());
        for (LayerCases.Entry e : LayerCases.ALL) {
            if (NetworkLowering.obstacle(e.network()).isEmpty()) {
                e.network().allPlaces().forEach(p -> whole.remove(p.layer().typeName()));
            }
        }
        assertThat(whole)
                .containsExactly(
                        "avg_pool",
                        "batch_norm",
                        "conv1d",
                        "conv1d_transpose",
                        "conv2d",
                        "conv2d_transpose",
                        "conv3d",
                        "conv3d_transpose",
                        "crop",
                        "flatten",
                        "global_avg_pool",
                        "global_max_pool",
                        "group_norm",
                        "max_pool",
                        "onnx",
                        "pad",
                        "upsample");
    }

    @Test
    void whatCannotStepIsNamed() {
        assertThatThrownBy(() -> Decoder.open(
                        new ReferenceMachine(),
                        Model.initialise(
                                network(Shape.of(4, 3), new Residual(List.of(new LayerNorm(2, 1e-5f, true, true)))),
                                1)))
                .isInstanceOf(LayerException.class)
                .hasMessage(
                        "cell 0,0 layer 0 residual, layer 0 layer_norm: cannot answer position by position: it works"
                                + " across the positions of [4,3]");
        assertThat(NetworkLowering.obstacle(network(Shape.of(4, 3), new Flatten(), DENSE)))
                .get()
                .extracting(LayerException::layer)
                .isEqualTo("cell 0,0 layer 0 flatten");
        assertThat(NetworkLowering.obstacle(network(Shape.of(4), DENSE)).orElseThrow())
                .hasMessageContaining(
                        "dense: cannot answer position by position: it works across the positions of [4]");
        assertThat(NetworkLowering.obstacle(network(Shape.of(4, 6), new Reshape(Shape.of(4, 2, 3)), DENSE)))
                .isEmpty();
        assertThat(NetworkLowering.obstacle(network(Shape.of(4, 6), new Reshape(Shape.of(2, 12)))))
                .isPresent();
    }

    @Test
    void disabledLayersAreNotAsked() {
        Layer off = LayerOptions.NONE.asDisabled().on(new Sequential(List.of(new LayerNorm(2, 1e-5f, true, true))));
        assertThat(NetworkLowering.obstacle(network(Shape.of(4, 3), off, DENSE)))
                .isEmpty();
    }

    @Test
    void decoderCountsPositions() {
        Model model = Model.initialise(network(Shape.of(3, 2), DENSE), 5);
        float[] whole = ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(new float[] {1, 2, 3, 4, 5, 6}, 1)
                .get();
        Decoder decoder = Decoder.open(new ReferenceMachine(), model).get();
        assertEquals(3, decoder.capacity());
        assertEquals(1, decoder.batch());
        for (int i = 0; i < 3; i++) {
            assertEquals(i, decoder.position());
            float[] y = decoder.step(2 * i + 1, 2 * i + 2).get();
            assertThat(y).containsExactly(whole[3 * i], whole[3 * i + 1], whole[3 * i + 2]);
        }
        assertThatThrownBy(() -> decoder.step(0, 0).get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the sequence has 3 positions, of which 3 are used: no room for 1 more");
        assertThatThrownBy(() -> decoder.step(0).get())
                .hasMessage("step: expected 2 numbers for 1 samples, 1 of the positions of [3,2], found 1");
        decoder.reset();
        assertEquals(0, decoder.position());
        assertThat(decoder.step(1, 2).get()).containsExactly(whole[0], whole[1], whole[2]);
        decoder.close();
        assertThatThrownBy(() -> decoder.step(1, 2).get()).hasMessage("the decoder is closed");
        assertThatThrownBy(() -> Decoder.open(new ReferenceMachine(), model, 1, 4))
                .hasMessage("a step of 4 positions of a sequence of 3");
    }

    @Test
    void aStepThatTrapsIsNotTaken() {
        Layer square = new Dense(1, Activation.Simple.LINEAR, false, new Initialiser.Constant(0x1p40f));
        Decoder decoder = Decoder.open(new ReferenceMachine(), Model.initialise(network(Shape.of(3, 1), square), 1))
                .get();
        assertThatThrownBy(() -> decoder.step(0x1p20f).get()).isInstanceOf(loom.machine.NumericTrap.class);
        assertEquals(0, decoder.position());
        assertThat(decoder.step(1).get()).containsExactly(0x1p40f);
    }
}
