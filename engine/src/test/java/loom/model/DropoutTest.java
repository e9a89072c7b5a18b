package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Shape;
import loom.machine.Execution;
import loom.machine.ScalarWords;
import loom.machine.reference.ReferenceMachine;
import loom.numeric.Philox;
import loom.program.Compiler;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

class DropoutTest {
    private static final int WIDTH = 1000;

    /** Output and gradient of ones under a training step. */
    private static float[][] step(long seed, int step, int batch, Layer... layers) {
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered l = NetworkLowering.into(g, Network.of("", Shape.of(WIDTH), layers), Mode.TRAINING);
        g.output("y", l.output());
        g.output(
                "d",
                Autodiff.gradients(g, l.output(), g.splat(1, l.output().shape()), List.of(l.input()))
                        .get(0));
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        e.batch(batch);
        float[] x = new float[batch * WIDTH];
        Arrays.fill(x, 3);
        e.write(e.program().source(NetworkLowering.INPUT), x);
        e.run(new ScalarWords().random(seed, step).of(e.program()));
        e.finish().get();
        return new float[][] {
            e.readFloats(e.program().output("y")).get(),
            e.readFloats(e.program().output("d")).get()
        };
    }

    @Test
    void dropsByTheRateAndScalesWhatStays() {
        float[][] r = step(5, 2, 4, new Dropout(0.25f));
        int dropped = 0;
        for (int i = 0; i < r[0].length; i++) {
            boolean drop = Philox.uniform(5, i, 2, 0, Philox.DROPOUT) < 0.25f;
            dropped += drop ? 1 : 0;
            assertThat(r[0][i]).isEqualTo(drop ? 0 : 4);
            assertThat(r[1][i]).isEqualTo(drop ? 0 : 1 / 0.75f);
        }
        assertThat(dropped).isBetween(900, 1100);
    }

    @Test
    void everyStepSeedAndLayerDrawsAnew() {
        float[] first = step(5, 0, 1, new Dropout(0.5f))[0];
        assertArrayEquals(first, step(5, 0, 1, new Dropout(0.5f))[0]);
        assertThat(step(5, 1, 1, new Dropout(0.5f))[0]).isNotEqualTo(first);
        assertThat(step(6, 0, 1, new Dropout(0.5f))[0]).isNotEqualTo(first);
        assertThat(step(5L + (1L << 40), 0, 1, new Dropout(0.5f))[0]).isNotEqualTo(first);
        // If two layers drew the same, all would stay that the first one kept: a half, not a quarter.
        int kept = 0;
        for (float y : step(5, 0, 1, new Dropout(0.5f), new Dropout(0.5f))[0]) {
            kept += y != 0 ? 1 : 0;
        }
        assertThat(kept).isBetween(200, 300);
    }

    @Test
    void answersAreTheInput() {
        Network network = Network.of("", Shape.of(3), new Dropout(0.9f));
        float[] x = {1, -2, 3};
        assertArrayEquals(
                x,
                ModelRunner.open(new ReferenceMachine(), Model.initialise(network, 1))
                        .get()
                        .run(x, 1)
                        .get());
    }

    @Test
    void checked() {
        LayerCheck.of(Network.of("", Shape.of(2, 5), new Dropout(0.3f))).run();
        LayerCheck.of(Network.of("", Shape.of(4), new Dropout(0))).run();
        assertThatThrownBy(() -> new Dropout(1)).isInstanceOf(FieldException.class);
    }
}
