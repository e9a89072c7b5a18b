package loom.wgsl;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.numeric.Domain;
import loom.program.Compiler;
import loom.program.Program;

/**
 * Products of few tiles and a long k, such as gradients of weights, timed as their shape decides, with ranges of k, and as before there were such; each
 * with a sample of its elements checked against the order of summation written out.
 */
final class RangesBench {
    private static final int PLACES = 256;

    private final DawnHost host;
    private final WebGpuMachine machine;

    RangesBench(DawnHost host) {
        this.host = host;
        this.machine = WebGpuMachine.unprobed(host, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true));
    }

    /** Gives an element of a product, summed in order. */
    private interface Element {
        float at(int row, int column);
    }

    private record Bench(
            String name, GraphBuilder graph, int batch, List<Feed> feeds, int m, int n, long k, Element element) {
        double flops() {
            return 2.0 * m * n * k;
        }
    }

    private record Feed(String name, float[] values) {}

    void record() {
        for (int batch : new int[] {8, 32}) {
            weights(batch, 64, 56, 64, 3, 1, 1, Variants.Tiling.SMALL);
            weights(batch, 128, 28, 128, 3, 1, 1, Variants.Tiling.SMALL);
            weights(batch, 3, 224, 64, 7, 2, 3, Variants.Tiling.SMALL);
            weights(batch, 16, 14, 32, 3, 1, 1, Variants.Tiling.BLOCKS);
            weights(batch, 64, 28, 128, 3, 1, 1, Variants.Tiling.SMALL);
        }
        weights(2, 16, 14, 32, 3, 1, 1, Variants.Tiling.BLOCKS);
        weights(2, 32, 28, 64, 3, 1, 1, Variants.Tiling.BLOCKS);
        dense(64, 32_768, 64, Variants.Tiling.SMALL);
        dense(256, 4_096, 256, Variants.Tiling.SMALL);
        dense(128, 65_536, 128, Variants.Tiling.SMALL);
        dense(784, 4_096, 128, Variants.Tiling.SMALL);
        dense(128, 4_096, 10, Variants.Tiling.SMALL);
        dense(128, 1_536, 512, Variants.Tiling.SMALL);
        dense(128, 2_048, 512, Variants.Tiling.SMALL);
        dense(512, 1_536, 320, Variants.Tiling.SMALL);
        dense(512, 4_096, 320, Variants.Tiling.SMALL);
        dense(32, 1_536, 1_536, Variants.Tiling.SMALL);
        dense(32, 4_096, 4_096, Variants.Tiling.SMALL);
        dense(8, 4_096, 4_096, Variants.Tiling.SMALL);
    }

    /** @param before what such a product was computed with before tiles had ranges */
    private void record(Bench b, Variants.Tiling before) {
        Program program = Compiler.compile(b.graph.build());
        int[] places = new int[PLACES];
        int[] expected = new int[PLACES];
        for (int i = 0; i < PLACES; i++) {
            places[i] = (int) (i * 2_654_435_761L % ((long) b.m * b.n));
            expected[i] = Float.floatToRawIntBits(b.element.at(places[i] / b.n, places[i] % b.n));
        }
        for (Variants.Tiling t : List.of(before, Variants.Tiling.BY_SHAPE)) {
            Variants v = new Variants(Product.FMA_NZ, t, true);
            Execution e = machine.prepare(Layout.of(program, v)).get();
            e.batch(b.batch);
            b.feeds.forEach(f -> e.write(program.source(f.name), f.values));
            int dispatches = Plan.of(Layout.of(program, v), b.batch).steps().size();
            String name = b.name + " | " + t + " | " + dispatches + " dispatches, " + (e.memoryBytes() >> 10) + " KiB";
            host.time(name, (int) Math.max(2, Math.min(400, 5e10 / b.flops())), b.flops(), 0);
            e.run();
            host.expect(name, places, expected);
            e.readFloats(program.output("y"));
            e.close();
        }
    }

    /** The gradient of the weights of a layer, from {@code k} samples: m inputs, n outputs. */
    private void dense(int m, int k, int n, Variants.Tiling before) {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.of(k, m)));
        Node d = g.input("d", TensorType.f32(Shape.of(k, n)));
        g.output("y", g.matMul(x, true, d, false));
        float[] xs = host.values(new DawnHost.Values(1, -9, 3, k * m));
        float[] ds = host.values(new DawnHost.Values(2, -9, 3, k * n));
        Element element = (row, column) -> sum(k, i -> xs[i * m + row], i -> ds[i * n + column]);
        String name = m + "x" + k + "x" + n;
        record(new Bench(name, g, 1, List.of(new Feed("x", xs), new Feed("d", ds)), m, n, k, element), before);
    }

    /** The gradient of the weights of a convolution, as derivatives write it, from a gradient of the outputs whose channels are last. */
    private void weights(
            int batch,
            int channels,
            int size,
            int filters,
            int kernel,
            int stride,
            int around,
            Variants.Tiling before) {
        int out = (size + 2 * around - kernel) / stride + 1;
        int taps = channels * kernel * kernel;
        int k = batch * out * out;
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(channels, size, size)));
        Node d = g.input("d", TensorType.f32(Shape.batched(out * out, filters)));
        WindowGeometry geometry = new WindowGeometry(
                Words.of(kernel, kernel),
                Words.of(stride, stride),
                Words.of(1, 1),
                Words.of(around, around),
                Words.of(around, around),
                Words.of(1, 1));
        Node windows = g.reshape(g.add(new Op.Window(geometry), x), Shape.batched(taps, out * out));
        Extent positions = new Extent(out * out, true);
        Node rows = g.reshape(g.permute(windows, 0, 2, 1), Shape.of(List.of(positions, Extent.of(taps))));
        Node gradient = g.reshape(d, Shape.of(List.of(positions, Extent.of(filters))));
        g.output("y", g.matMul(gradient, true, rows, false));
        float[] xs = host.values(new DawnHost.Values(1, -9, 3, batch * channels * size * size));
        float[] ds = host.values(new DawnHost.Values(2, -9, 3, k * filters));
        Element element = (row, column) -> {
            int top = column / kernel % kernel - around;
            int left = column % kernel - around;
            int channel = column / kernel / kernel;
            return sum(k, i -> ds[i * filters + row], i -> {
                int line = i / out % out * stride + top;
                int at = i % out * stride + left;
                boolean inside = line >= 0 && line < size && at >= 0 && at < size;
                return inside ? xs[((i / out / out * channels + channel) * size + line) * size + at] : 0f;
            });
        };
        String name = "weights " + channels + "->" + filters + " " + kernel + "x" + kernel
                + (stride > 1 ? "/" + stride : "") + " on " + size + "x" + size + " batch " + batch;
        List<Feed> feeds = List.of(new Feed("x", xs), new Feed("d", ds));
        record(new Bench(name, g, batch, feeds, filters, taps, k, element), before);
    }

    private interface Factor {
        float at(int k);
    }

    private static float sum(int count, Factor a, Factor b) {
        float total = 0;
        for (int first = 0; first < count; first += 128) {
            float sum = 0;
            for (int k = first; k < Math.min(first + 128, count); k++) {
                sum += a.at(k) * b.at(k);
            }
            total += sum;
        }
        return Domain.roundD(total);
    }
}
