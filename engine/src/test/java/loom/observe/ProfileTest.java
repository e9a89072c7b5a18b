package loom.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.inspect.KernelPlaces;
import loom.machine.Machine;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Recurrence;
import loom.model.Softmax;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private static Model model(Shape input, Layer... layers) {
        return Model.initialise(Network.of("m", input, layers), 3);
    }

    /** A clock that steps by a millisecond a look: a round of one run lasts 1 ms, is too short, and one of two runs, too, ... */
    private static final class Clock {
        private long now;

        long next() {
            now += 1_000_000;
            return now;
        }
    }

    @Test
    void everyKernelOfEveryLayerIsTimed() {
        Model m = model(
                Shape.of(1, 8, 8),
                new Conv(2, 3, Words.of(3, 3), Activation.Simple.RELU),
                new Flatten(),
                new Dense(5, Activation.Simple.TANH),
                new Softmax());
        for (Machine machine : List.of(new ReferenceMachine(), new ParallelMachine(2))) {
            Profile p =
                    Profile.of(machine, m, System::nanoTime, new float[2 * 64]).get();
            assertThat(p.machine()).isEqualTo(machine.name());
            assertThat(p.batch()).isEqualTo(2);
            assertThat(p.kernels())
                    .hasSameSizeAs(Compiler.compile(NetworkLowering.inference(m.network()))
                            .kernels())
                    .allSatisfy(k -> assertThat(k.nanoseconds()).isPositive());
            assertThat(p.layers().keySet()).containsExactly("0.0.0", "0.0.2", "0.0.3");
            long sum = p.layers().values().stream().mapToLong(t -> t).sum();
            assertThat(p.kernels().stream()
                            .mapToLong(Profile.Kernel::nanoseconds)
                            .sum())
                    .isEqualTo(sum);
            assertThat(p.text(1))
                    .contains("cell 0,0 layer 2 dense")
                    .contains("µs")
                    .contains(" %");
        }
    }

    /** 4,096 runs are the most, however coarse the clock is. */
    @Test
    void runsAreRepeatedForACoarseClock() {
        Model m = model(Shape.of(2), new Dense(2, Activation.Simple.LINEAR));
        Profile p =
                Profile.of(new ReferenceMachine(), m, new Clock()::next, 1, 2).get();
        assertThat(p.nanoseconds()).isEqualTo(1_000_000 / 4096);
    }

    @Test
    void aLoopIsOneKernelOfItsLayer() {
        Model m = model(Shape.of(4, 3), new Lstm(Recurrence.of(2)));
        Profile p = Profile.of(new ReferenceMachine(), m, System::nanoTime, new float[12])
                .get();
        assertThat(p.kernels()).anySatisfy(k -> assertThat(k.kernel().text()).startsWith("loop 0: 4 trips"));
        assertThat(p.layers().keySet()).containsExactly("0.0.0");
    }

    /** A convolution's copy names no layer itself: it works for the product that reads it. */
    @Test
    void kernelsHaveTheirLayers() {
        Model m = model(Shape.of(1, 4, 4), new Conv(2, 3, Words.of(3, 3), Activation.Simple.RELU), new Softmax());
        List<KernelPlaces.One> kernels = KernelPlaces.of(
                        m.network(), Compiler.compile(NetworkLowering.inference(m.network())))
                .kernels();
        assertThat(kernels.get(0).text()).contains("copy");
        assertThat(kernels.get(0).layers()).containsExactly("0.0.0");
        assertThat(kernels.get(kernels.size() - 1).owner()).contains("0.0.1");
    }

    @Test
    void otherInputsAreRefused() {
        Model m = model(Shape.of(2), new Dense(2, Activation.Simple.LINEAR));
        assertThatThrownBy(() -> Profile.of(new ReferenceMachine(), m, System::nanoTime, 1, 2, 3))
                .isInstanceOf(ShapeException.class)
                .hasMessage("input: 3 numbers are no samples of [2]");
    }
}
