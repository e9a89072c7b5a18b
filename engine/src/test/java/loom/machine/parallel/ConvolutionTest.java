package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import loom.graph.Autodiff;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.program.Compiler;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Readers;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
    private static WindowGeometry geometry(int stride, int margin, int gaps) {
        return new WindowGeometry(
                Words.of(3, 3),
                Words.of(stride, stride),
                Words.of(1, 1),
                Words.of(margin, margin),
                Words.of(margin, margin),
                Words.of(gaps, gaps));
    }

    private static Node pictures(GraphBuilder g) {
        return g.input("x", TensorType.f32(Shape.batched(2, 6, 5)));
    }

    private static Node filters(GraphBuilder g, int channels) {
        return g.parameter("w", Shape.of(4, channels, 3, 3));
    }

    private static Program program(Consumer<GraphBuilder> build) {
        GraphBuilder g = new GraphBuilder();
        build.accept(g);
        return Compiler.compile(g.build());
    }

    private static List<Convolution> found(Program program) {
        List<Kernel> kernels = program.kernels();
        Readers readers = new Readers(program);
        return java.util.stream.IntStream.range(0, kernels.size())
                .mapToObj(i -> Convolution.at(readers, kernels, i))
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void readsPicturesWithZerosAroundThem() {
        List<Convolution> all =
                found(program(g -> g.output("y", g.conv(pictures(g), filters(g, 2), geometry(1, 1, 1), 1))));
        assertThat(all).hasSize(1);
        Convolution c = all.get(0);
        assertThat(c.padding().outShape()).isEqualTo(Shape.batched(2, 8, 7));
        assertThat(c.sample()).isEqualTo(2 * 8 * 7);
        assertThat(c.taps()).containsExactly(0, 1, 2, 7, 8, 9, 14, 15, 16, 56, 57, 58, 63, 64, 65, 70, 71, 72);
        assertThat(c.starts()).hasSize(30).startsWith(0, 1, 2, 3, 4, 7, 8).endsWith(38, 39);
    }

    @Test
    void takesOnlyAsMuchOfThePictureAsIsRead() {
        Convolution c = found(program(g -> g.output("y", g.conv(pictures(g), filters(g, 2), geometry(2, 2, 1), 1))))
                .get(0);
        // 4 × 4 positions, the last of which end at elements 8 of 10 and 8 of 9.
        assertThat(c.padding().outShape()).isEqualTo(Shape.batched(2, 9, 9));
        assertThat(c.starts()).startsWith(0, 2, 4, 6, 18).endsWith(60);
    }

    @Test
    void leavesOthersAsTheyAre() {
        // Elements of the input lie apart.
        assertThat(found(program(g -> g.output("y", g.conv(pictures(g), filters(g, 2), geometry(1, 1, 2), 1)))))
                .isEmpty();
        // Groups have filters of their own.
        assertThat(found(program(g -> g.output("y", g.conv(pictures(g), filters(g, 1), geometry(1, 1, 1), 2)))))
                .isEmpty();
        // One row of three positions.
        Words one = Words.of(1);
        Words none = Words.of(0);
        WindowGeometry line = new WindowGeometry(Words.of(4), one, one, none, none, one);
        assertThat(found(program(g -> g.output(
                        "y",
                        g.conv(
                                g.input("x", TensorType.f32(Shape.batched(9, 6))),
                                g.parameter("w", Shape.of(4, 9, 4)),
                                line,
                                1)))))
                .isEmpty();
    }

    @Test
    void patchesThatAreReadTwiceAreMade() {
        Program program = program(g -> {
            Node x = g.input("x", TensorType.f32(Shape.batched(2, 6, 5)));
            Node patches = g.window(x, geometry(1, 1, 1));
            Node flat = g.reshape(patches, Shape.batched(18, 30));
            g.output("y", g.matMul(g.parameter("w", Shape.of(4, 18)), flat));
            g.output("z", g.reduce(ReduceKind.SUM, flat, 1));
        });
        assertThat(program.kernels().get(0)).isInstanceOf(Kernel.Copy.class);
        assertThat(found(program)).isEmpty();
    }

    private static Graph window() {
        GraphBuilder g = new GraphBuilder();
        Node patches = g.window(pictures(g), geometry(1, 1, 1));
        Node flat = g.reshape(patches, Shape.batched(18, 30));
        return g.output("y", g.matMul(g.parameter("w", Shape.of(4, 18)), flat)).build();
    }

    @Test
    void patchesThatATraceShowsAreMade() {
        assertThat(found(Compiler.compile(window()))).hasSize(1);
        Program traced = Compiler.compile(window(), Compiler.Keep.ALL);
        assertThat(found(traced)).isEmpty();
        assertThat(named(new ParallelMachine(1), traced)).isEqualTo(named(new ReferenceMachine(), traced));
    }

    private static Map<String, List<Float>> named(Machine machine, Program program) {
        Execution e = machine.prepare(program).get();
        e.batch(2);
        for (String source : List.of("x", "w")) {
            int id = program.source(source);
            float[] values = new float[program.buffer(id).type().shape().elements(2)];
            for (int i = 0; i < values.length; i++) {
                values[i] = i + 1;
            }
            e.write(id, values);
        }
        e.run();
        Execution done = e.finish().get();
        Map<String, List<Float>> all = new LinkedHashMap<>();
        program.names().forEach((name, id) -> {
            List<Float> values = new ArrayList<>();
            for (float v : done.readFloats(id).get()) {
                values.add(v);
            }
            all.put(name, values);
        });
        return all;
    }

    @Test
    void moreZerosThanPatchesAreNotMade() {
        Words far = Words.of(12_000, 12_000);
        Words margin = Words.of(24_000, 24_000);
        WindowGeometry wide = new WindowGeometry(Words.of(2, 2), far, Words.of(1, 1), margin, margin, Words.of(1, 1));
        assertThat(found(program(g -> g.output(
                        "y",
                        g.conv(
                                g.input("x", TensorType.f32(Shape.batched(2, 8, 8))),
                                g.parameter("w", Shape.of(2, 2, 2, 2)),
                                wide,
                                1)))))
                .isEmpty();
    }

    @Test
    void gradientsOfInputsAreConvolutions() {
        Program program = program(g -> {
            Node x = pictures(g);
            Node y = g.conv(x, filters(g, 2), geometry(1, 1, 1), 1);
            Node loss = g.reshape(
                    g.reduce(
                            ReduceKind.SUM,
                            g.reshape(y, Shape.of(List.of(y.shape().elements()))),
                            0),
                    Shape.SCALAR);
            g.output("dx", Autodiff.gradients(g, loss, List.of(x)).get(0));
        });
        assertThat(found(program)).hasSize(1);
    }
}
