package loom.machine.parallel;

import java.util.ArrayList;
import java.util.List;
import loom.machine.Footprint;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Readers;

/** What a program takes of a {@link ParallelMachine} once it has run. */
public final class ParallelFootprint {
    private ParallelFootprint() {}

    public static Footprint of(Program program, int batch) {
        try {
            long panels = panels(program, new Readers(program), program.kernels(), batch);
            List<String> remarks = new ArrayList<>();
            if (panels > 0) {
                remarks.add(Footprint.laidOutAgain(panels));
            }
            return Footprint.of(ParallelMachine.NAME, Store.bytes(program, batch) + panels, remarks);
        } catch (ArithmeticException e) {
            return Footprint.impossible(ParallelMachine.NAME, Footprint.tooManyElements(batch));
        }
    }

    private static long panels(Program program, Readers readers, List<Kernel> kernels, int batch) {
        long bytes = 0;
        for (int i = 0; i < kernels.size(); i++) {
            if (Convolution.at(readers, kernels, i).isPresent()) {
                i++;
            } else if (kernels.get(i) instanceof Kernel.MatMul m) {
                bytes += held(program, m, batch);
            } else if (kernels.get(i) instanceof Kernel.Loop l) {
                bytes += panels(program, readers, l.body(), batch);
            }
        }
        return bytes;
    }

    private static long held(Program program, Kernel.MatMul product, int batch) {
        return switch (product.factors()) {
            case F32, BF16, F16 -> MatMulParallel.heldBytes(program, product, batch);
            case INT8 -> MatMulInt8Parallel.heldBytes(product, batch);
        };
    }
}
