package loom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.run.CompiledModel;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Training;
import loom.train.TrainingGraph;
import org.junit.jupiter.api.Test;

/** What grows with the number of layers, and how: in proportion or not at all. */
class ScalingTest {
    private static Network chain(int layers) {
        List<Layer> all = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            all.add(new Dense(16, Activation.Simple.TANH, true));
        }
        return Network.of("chain", Shape.of(16), all.toArray(new Layer[0]));
    }

    private static Program program(int layers) {
        return Compiler.compile(NetworkLowering.inference(chain(layers)));
    }

    private static Program training(int layers) {
        Training training = Training.of(new MeanSquaredError(), new Sgd(), 0.125f, 1);
        return Compiler.compile(TrainingGraph.of(chain(layers), training));
    }

    private static int temporaries(Program p) {
        int elements = 0;
        boolean[] fixed = new boolean[p.slots()];
        for (Buffer b : p.buffers()) {
            if (b instanceof Buffer.Source || b instanceof Buffer.Table) {
                fixed[p.slot(b.id())] = true;
            }
        }
        int[] sizes = p.slotElements(1);
        for (int s = 0; s < sizes.length; s++) {
            elements += fixed[s] ? 0 : sizes[s];
        }
        return elements;
    }

    @Test
    void kernelsOfALayer() {
        assertEquals(20, program(10).kernels().size());
        assertEquals(2_000, program(1_000).kernels().size());
        int first = training(10).kernels().size();
        int each = training(11).kernels().size() - first;
        assertEquals(first + 990 * each, training(1_000).kernels().size());
    }

    @Test
    void memoryBesideTheParametersOfAnAnswer() {
        assertEquals(temporaries(program(10)), temporaries(program(3_000)));
    }

    /** Bytes that the module grows by a layer, its weights among them. */
    @Test
    void codeOfALayer() {
        int few = CompiledModel.of(Model.initialise(chain(100), 1), 1).length;
        int more = CompiledModel.of(Model.initialise(chain(200), 1), 1).length;
        int most = CompiledModel.of(Model.initialise(chain(400), 1), 1).length;
        assertThat((most - more) / 200.0).isCloseTo((more - few) / 100.0, within(0.01 * (more - few) / 100));
    }
}
