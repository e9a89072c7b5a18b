package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Recurrence;
import loom.program.Compiler;
import loom.program.Kernel;
import loom.program.Program;
import org.junit.jupiter.api.Test;

class KernelShadersTest {
    private static Program program(Shape input, Layer layer) {
        return Compiler.compile(NetworkLowering.inference(Network.of("n", input, layer)));
    }

    @Test
    void aDenseLayerIsAProductAndAPointwiseKernel() {
        Program p = program(Shape.of(64), new Dense(64, Activation.Simple.RELU));
        assertThat(p.kernels())
                .map(k -> KernelShaders.of(p, k, 1))
                .allSatisfy(shaders -> assertThat(shaders)
                        .hasSize(1)
                        .allSatisfy(s -> assertThat(s.text()).contains("@compute")));
        // Other batches take another tile.
        Kernel product = p.kernels().get(0);
        assertThat(KernelShaders.of(p, product, 512).get(0).text())
                .isNotEqualTo(KernelShaders.of(p, product, 1).get(0).text());
    }

    @Test
    void aLoopHasTheShadersOfItsBodyOnce() {
        Program p = program(Shape.of(5, 3), new Lstm(Recurrence.of(4)));
        List<Kernel> loops =
                p.kernels().stream().filter(k -> k instanceof Kernel.Loop).toList();
        assertThat(loops).hasSize(1);
        assertThat(KernelShaders.of(p, loops.get(0), 2))
                .hasSizeGreaterThanOrEqualTo(((Kernel.Loop) loops.get(0)).body().size())
                .hasSizeLessThan(20);
    }
}
