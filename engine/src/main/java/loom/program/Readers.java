package loom.program;

import java.util.List;
import java.util.TreeSet;

/** Who reads the buffers of a program: for machines that do without some of them. */
public final class Readers {
    private final Program program;
    private final int[] kernels;
    private final boolean[] outside;

    public Readers(Program program) {
        this.program = program;
        this.kernels = new int[program.buffers().size()];
        this.outside = new boolean[kernels.length];
        count(program.kernels());
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Slice s) {
                outside[s.parent()] = true;
            }
        }
        // What has a name is read when the run is over: a trace shows patches.
        program.outputs().values().forEach(b -> outside[b] = true);
        program.names().values().forEach(b -> outside[b] = true);
        program.commits().forEach(c -> outside[c.value()] = true);
    }

    private void count(List<Kernel> all) {
        for (Kernel k : all) {
            if (k instanceof Kernel.Loop l) {
                count(l.body());
            } else {
                new TreeSet<>(k.reads()).forEach(b -> kernels[b]++);
            }
        }
    }

    /** Whether a product's right operand is a temporary value that nothing else reads, in parts neither, and nobody when the run is over. */
    public boolean isOnlyFor(int buffer, Kernel.MatMul product) {
        return product.b() == buffer && product.a() != buffer && isOnce(buffer);
    }

    /** Whether one kernel alone reads a temporary value. */
    boolean isOnce(int buffer) {
        return program.buffer(buffer) instanceof Buffer.Temporary && !outside[buffer] && kernels[buffer] == 1;
    }
}
