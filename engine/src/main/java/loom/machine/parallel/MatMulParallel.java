package loom.machine.parallel;

import loom.graph.Factors;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Products whose lanes run along the columns of the result, or along its rows where those are more and columns few. The operand that has
 * the lanes, the right one, is packed into panels; the other gives single numbers.
 */
final class MatMulParallel implements Step {
    /** Columns from which on lanes run along them in any case. */
    private static final int ENOUGH = 64;

    private static final float[][] NONE = new float[0][];

    private final Kernel.MatMul kernel;
    private final Loops loops;
    private final boolean isTurnable;
    private float[][] panels = NONE;
    private long packed = Store.CHANGING;

    MatMulParallel(Program program, Kernel.MatMul kernel, Loops loops) {
        this.kernel = kernel;
        this.loops = loops;
        this.isTurnable = isTurnable(program, kernel, loops);
    }

    @Override
    public void run(Frame frame) {
        int m = frame.at(kernel.m());
        int n = frame.at(kernel.n());
        int k = frame.at(kernel.k());
        Matrix a = Matrix.of(frame, kernel.a(), kernel.transposeA(), kernel.sharedA(), m, k);
        Matrix b = Matrix.of(frame, kernel.b(), kernel.transposeB(), kernel.sharedB(), k, n);
        Matrix out = Matrix.of(frame, kernel.out(), false, false, m, n);
        int groups = frame.at(kernel.groups());
        boolean alongRows = isTurnable && alongRows(m, n);
        Factors factors = kernel.factors();
        Operands operands = alongRows
                ? new Operands(
                        factors,
                        b.rounded(frame, factors, n * k, groups).turned(),
                        a.turned(),
                        out.turned(),
                        n,
                        m,
                        k,
                        groups)
                : new Operands(factors, a.rounded(frame, factors, m * k, groups), b, out, m, n, k, groups);
        Product product = loops.of(operands);
        if (groups > 1 && operands.right().groups() > 0) {
            product.run(frame, NONE);
            return;
        }
        long version = frame.version(alongRows ? kernel.a() : kernel.b());
        if (version == Store.CHANGING || version != packed) {
            panels = product.packAll(frame, panels);
            packed = version;
        }
        product.run(frame, panels);
    }

    /** Tiles may be thin, so numbers that change with every run are not turned round for few columns; rows of sums are never thin. */
    private static boolean isTurnable(Program program, Kernel.MatMul kernel, Loops loops) {
        return switch (loops) {
            case PLAIN -> true;
            case VECTORS -> kernel.transposeA() || program.buffer(kernel.a()).isConstant();
        };
    }

    private static boolean alongRows(int m, int n) {
        return n < ENOUGH && n < m;
    }

    /** Of the panels. */
    @Override
    public long heldBytes() {
        long floats = 0;
        for (float[] p : panels) {
            floats += p.length;
        }
        return 4 * floats;
    }

    /** Bytes of the panels that it will hold once it has run with a batch. */
    static long heldBytes(Program program, Kernel.MatMul kernel, int batch) {
        int m = kernel.m().at(batch);
        int n = kernel.n().at(batch);
        boolean turned = isTurnable(program, kernel, Loops.best()) && alongRows(m, n);
        if (kernel.groups().at(batch) > 1 && !(turned ? kernel.sharedA() : kernel.sharedB())) {
            return 0;
        }
        return 4 * Loops.best().panelFloats(turned ? m : n, kernel.k().at(batch));
    }
}
