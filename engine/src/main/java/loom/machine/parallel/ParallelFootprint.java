package loom.machine.parallel;

import java.util.ArrayList;
import java.util.List;
import loom.machine.Footprint;
import loom.program.Kernel;
import loom.program.Program;

/** What a program takes of a {@link ParallelMachine} once it has run. */
public final class ParallelFootprint {
    private ParallelFootprint() {}

    public static Footprint of(Program program, int batch) {
        try {
            long panels = panels(program.kernels(), batch);
            List<String> remarks = new ArrayList<>();
            if (panels > 0) {
                remarks.add(Footprint.laidOutAgain(panels));
            }
            return Footprint.of(ParallelMachine.NAME, Store.bytes(program, batch) + panels, remarks);
        } catch (ArithmeticException e) {
            return Footprint.impossible(ParallelMachine.NAME, Footprint.tooManyElements(batch));
        }
    }

    private static long panels(List<Kernel> kernels, int batch) {
        long bytes = 0;
        for (Kernel k : kernels) {
            bytes += k instanceof Kernel.MatMul m
                    ? held(m, batch)
                    : k instanceof Kernel.Loop l ? panels(l.body(), batch) : 0;
        }
        return bytes;
    }

    private static long held(Kernel.MatMul product, int batch) {
        return switch (product.factors()) {
            case F32, BF16, F16 -> MatMulParallel.heldBytes(product, batch);
            case INT8 -> MatMulInt8Parallel.heldBytes(product, batch);
        };
    }
}
