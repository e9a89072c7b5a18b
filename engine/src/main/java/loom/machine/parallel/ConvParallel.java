package loom.machine.parallel;

import loom.program.Kernel;

/** A convolution without patches: zeros around the pictures, then a product that reads their windows. */
final class ConvParallel implements Step {
    private static final float[][] NONE = new float[0][];

    private final Convolution convolution;
    private final Loops loops;
    private final CopyParallel padding;

    ConvParallel(Convolution convolution, Loops loops) {
        this.convolution = convolution;
        this.loops = loops;
        this.padding = new CopyParallel(convolution.padding());
    }

    @Override
    public void run(Frame frame) {
        padding.run(frame);
        product(frame);
    }

    private void product(Frame frame) {
        Kernel.MatMul kernel = convolution.product();
        int m = frame.at(kernel.m());
        int n = frame.at(kernel.n());
        int k = frame.at(kernel.k());
        Matrix a = Matrix.of(frame, kernel.a(), kernel.transposeA(), true, m, k)
                .rounded(frame, kernel.factors(), m * k, 1);
        Windows windows = new Windows(
                frame.floats(kernel.b()),
                frame.offset(kernel.b()),
                convolution.sample(),
                convolution.taps(),
                convolution.starts());
        Matrix out = Matrix.of(frame, kernel.out(), false, false, m, n);
        int columns = n * frame.at(kernel.groups());
        loops.of(new Operands(kernel.factors(), a, windows, out, m, columns, k, 1, n))
                .run(frame, NONE);
    }
}
