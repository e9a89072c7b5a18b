package loom.wgsl;

import java.util.List;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.numeric.Domain;
import loom.program.Compiler;
import loom.program.Program;

/** Convolutions and their gradients, timed with patches and without, each with a sample of its elements checked against the order of summation written out. */
final class ConvBench {
    private final DawnHost host;

    ConvBench(DawnHost host) {
        this.host = host;
    }

    /**
     * Of {@code channels × size × size} to {@code filters}.
     *
     * @param around zeros
     */
    private record Conv(int batch, int channels, int size, int filters, int kernel, int stride, int around) {
        int positions() {
            return (size + 2 * around - kernel) / stride + 1;
        }

        @Override
        public String toString() {
            return "conv " + channels + "->" + filters + " " + kernel + "x" + kernel + (stride > 1 ? "/" + stride : "")
                    + " on " + size + "x" + size + " batch " + batch;
        }
    }

    void record() {
        List<Conv> all = List.of(
                new Conv(32, 64, 56, 64, 3, 1, 1),
                new Conv(32, 128, 28, 128, 3, 1, 1),
                new Conv(32, 256, 14, 256, 3, 1, 1),
                new Conv(32, 512, 7, 512, 3, 1, 1),
                new Conv(8, 1024, 14, 1024, 3, 1, 1),
                new Conv(8, 256, 14, 2048, 3, 1, 1),
                new Conv(8, 3, 224, 64, 7, 2, 3),
                new Conv(32, 64, 56, 128, 3, 2, 1),
                new Conv(1, 64, 56, 64, 3, 1, 1),
                new Conv(1, 128, 28, 128, 3, 1, 1),
                new Conv(1, 256, 14, 256, 3, 1, 1),
                new Conv(1, 512, 7, 512, 3, 1, 1),
                new Conv(1, 3, 224, 64, 7, 2, 3),
                new Conv(1, 32, 256, 3, 3, 1, 1),
                new Conv(32, 1, 28, 16, 3, 1, 1),
                new Conv(32, 16, 14, 32, 3, 1, 1));
        for (Conv c : all) {
            for (Variants.Windows windows : List.of(Variants.Windows.COPIED, Variants.Windows.IN_PLACE)) {
                record(c, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true, windows), false, "");
            }
            if (c.batch == 32 && c.channels <= 128) {
                for (Variants.Windows windows : List.of(Variants.Windows.COPIED, Variants.Windows.IN_PLACE)) {
                    record(c, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true, windows), true, "");
                }
            }
            if (c.batch == 1) {
                for (Variants.Tiling t : List.of(
                        Variants.Tiling.SMALL, Variants.Tiling.LARGE, Variants.Tiling.NONE, Variants.Tiling.BLOCKS)) {
                    record(c, new Variants(Product.FMA_NZ, t, true, Variants.Windows.IN_PLACE), false, " " + t);
                }
            }
        }
    }

    /** Those of few tiles and a long k, as their shape decides, with ranges of k, and as before there were such; then all gradients. */
    void recordFewTiles() {
        for (Conv c : List.of(
                new Conv(1, 64, 14, 64, 3, 1, 1),
                new Conv(1, 128, 14, 128, 3, 1, 1),
                new Conv(1, 256, 14, 256, 3, 1, 1),
                new Conv(2, 256, 14, 256, 3, 1, 1),
                new Conv(1, 512, 7, 512, 3, 1, 1),
                new Conv(4, 512, 7, 512, 3, 1, 1))) {
            for (Variants.Tiling t : List.of(Variants.Tiling.BLOCKS, Variants.Tiling.SMALL, Variants.Tiling.BY_SHAPE)) {
                record(c, new Variants(Product.FMA_NZ, t, true), false, " " + t);
            }
        }
        for (Conv c : List.of(new Conv(32, 64, 56, 64, 3, 1, 1), new Conv(32, 128, 28, 128, 3, 1, 1))) {
            record(c, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true), true, "");
        }
    }

    private void record(Conv c, Variants v, boolean gradients, String how) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(c.channels, c.size, c.size)));
        Node w = b.parameter("w", Shape.of(c.filters, c.channels, c.kernel, c.kernel));
        Node y = b.conv(x, w, geometry(c), 1);
        b.output("y", y);
        if (gradients) {
            Node all = b.reshape(b.times(y, y), Shape.of(List.of(y.shape().elements())));
            Node loss = b.reshape(b.mean(all, 0), Shape.SCALAR);
            List<Node> found = Autodiff.gradients(b, loss, List.of(x, w));
            b.output("dx", found.get(0)).output("dw", found.get(1));
        }
        Program program = Compiler.compile(b.build());
        Execution e = WebGpuMachine.unprobed(host, v).prepare(program).get();
        e.batch(c.batch);
        float[] xs = host.values(new DawnHost.Values(1, -9, 3, x.shape().elements(c.batch)));
        float[] ws = host.values(new DawnHost.Values(2, -9, 3, w.shape().elements(1)));
        e.write(program.source("x"), xs);
        e.write(program.source("w"), ws);
        int p = c.positions();
        double flops = (gradients ? 6.0 : 2.0) * c.batch * c.filters * p * p * c.channels * c.kernel * c.kernel;
        String name = c + (gradients ? " and gradients" : "")
                + (v.windows() == Variants.Windows.COPIED ? " with patches" : " without") + how + ", "
                + (e.memoryBytes() >> 10) + " KiB";
        host.time(name, (int) Math.max(6, Math.min(200, 4e11 / flops)), flops, 0);
        e.run();
        int[] places = new int[2048];
        int[] expected = new int[places.length];
        int count = c.batch * c.filters * p * p;
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) (i * 2_654_435_761L % count);
            expected[i] = Float.floatToRawIntBits(element(c, xs, ws, places[i]));
        }
        host.expect(name, places, expected);
        e.readFloats(program.output("y"));
        e.close();
    }

    private static WindowGeometry geometry(Conv c) {
        return new WindowGeometry(
                Words.of(c.kernel, c.kernel),
                Words.of(c.stride, c.stride),
                Words.of(1, 1),
                Words.of(c.around, c.around),
                Words.of(c.around, c.around),
                Words.of(1, 1));
    }

    private static float element(Conv c, float[] x, float[] w, int place) {
        int p = c.positions();
        int left = place % p * c.stride - c.around;
        int top = place / p % p * c.stride - c.around;
        int filter = place / p / p % c.filters;
        int sample = place / p / p / c.filters;
        int taps = c.kernel * c.kernel;
        int count = c.channels * taps;
        float total = 0;
        for (int first = 0; first < count; first += 128) {
            float sum = 0;
            for (int k = first; k < Math.min(first + 128, count); k++) {
                int row = top + k % taps / c.kernel;
                int column = left + k % c.kernel;
                boolean inside = row >= 0 && row < c.size && column >= 0 && column < c.size;
                int at = ((sample * c.channels + k / taps) * c.size + row) * c.size + column;
                sum += (inside ? x[at] : 0f) * w[filter * count + k];
            }
            total += sum;
        }
        return Domain.roundD(total);
    }
}
