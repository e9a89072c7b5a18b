package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import loom.program.Kernel;
import loom.program.Program;

/**
 * The shaders that kernels become on a device on which the probe finds nothing wrong: for people who want to read them. Each by itself, as they are
 * timed: a product that reads windows where they lie when its program runs is shown with the copy that makes patches.
 */
public final class KernelShaders {
    private static final Variants VARIANTS = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true);

    private KernelShaders() {}

    /** Those of a run with some batch, in the order of the dispatches; of a loop its body's, once. */
    public static List<Shader> of(Program program, Kernel kernel, int batch) {
        List<Shader> shaders = new ArrayList<>();
        if (kernel instanceof Kernel.Loop l) {
            l.body().forEach(k -> shaders.addAll(of(program, k, batch)));
        } else {
            VARIANTS.choose(program, kernel).at(batch).stages().forEach(s -> shaders.add(s.shader()));
        }
        return shaders;
    }
}
