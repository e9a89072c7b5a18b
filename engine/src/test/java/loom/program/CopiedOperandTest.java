package loom.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import loom.graph.Autodiff;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases;
import loom.machine.conformance.Cases.Kind;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.api.Test;

class CopiedOperandTest {
    private static final WindowGeometry GEOMETRY = new WindowGeometry(
            Words.of(3, 2), Words.of(2, 1), Words.of(1, 2), Words.of(1, 0), Words.of(2, 1), Words.of(1, 1));

    private static Program program(int groups, boolean gradients, Compiler.Keep keep) {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(2 * groups, 7, 6)));
        Node w = g.parameter("w", Shape.of(4 * groups, 2, 3, 2));
        Node y = g.conv(x, w, GEOMETRY, groups);
        g.output("y", y);
        if (gradients) {
            Node all = g.reshape(g.times(y, y), Shape.of(List.of(y.shape().elements())));
            Node loss = g.reshape(g.mean(all, 0), Shape.SCALAR);
            List<Node> found = Autodiff.gradients(g, loss, List.of(x, w));
            g.output("dx", found.get(0)).output("dw", found.get(1));
        }
        return Compiler.compile(g.build(), keep);
    }

    private static List<CopiedOperand> found(Program p) {
        return CopiedOperand.all(p);
    }

    @Test
    void axesAreThoseOfGroupTapAndPosition() {
        List<CopiedOperand> one = found(program(1, false, Compiler.Keep.OUTPUTS));
        assertThat(one).hasSize(1);
        CopiedOperand o = one.get(0);
        // [N], [channel, row, column of the kernel], [row, column of the result]
        assertThat(o.space())
                .containsExactly(
                        new Extent(1, true), Extent.of(2), Extent.of(3), Extent.of(2), Extent.of(4), Extent.of(5));
        assertThat(o.firstK()).isEqualTo(1);
        assertThat(o.firstColumn()).isEqualTo(4);
        assertThat(o.isWindow()).isTrue();
        assertThat(o.kernels()).isEqualTo(2);
        // Of several groups the channels are split.
        CopiedOperand three = found(program(3, false, Compiler.Keep.OUTPUTS)).get(0);
        assertThat(three.space().subList(0, 3)).containsExactly(new Extent(1, true), Extent.of(3), Extent.of(2));
        assertThat(three.axes().get(1).strides()).isEqualTo(Words.of(0, 2, 1, 0, 0, 0, 0));
        assertThat(three.firstK()).isEqualTo(2);
    }

    @Test
    void gradientsAreFoundToo() {
        for (int groups : new int[] {1, 3}) {
            List<CopiedOperand> all = found(program(groups, true, Compiler.Keep.OUTPUTS));
            // The convolution, that of the gradient with the turned kernel, and the windows of the input as rows.
            assertThat(all.stream().filter(CopiedOperand::isWindow)).hasSize(3);
            assertThat(all.stream().filter(o -> o.copies().size() == 2)).hasSize(1);
        }
    }

    @Test
    void whatOthersReadIsLeftAlone() {
        assertThat(found(program(1, true, Compiler.Keep.ALL)).stream()
                        .filter(o -> o.copies().size() == 2))
                .isEmpty();
        WindowGeometry same =
                new WindowGeometry(Words.of(3), Words.of(1), Words.of(1), Words.of(1), Words.of(1), Words.of(1));
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(4, 6)));
        Node u = body.input("u", TensorType.f32(Shape.of(4, 4, 3)));
        body.output("h", body.conv(h, u, same, 1));
        Graph trip = body.build();
        GraphBuilder g = new GraphBuilder();
        Node h0 = g.input("h", TensorType.f32(Shape.batched(4, 6)));
        Node w = g.parameter("u", Shape.of(4, 4, 3));
        g.output(
                "last",
                g.loop(trip, 4, false, List.of(h0), List.of(), List.of(w)).get(0));
        Program p = Compiler.compile(g.build());
        Kernel.Loop loop = (Kernel.Loop) p.kernels().get(p.kernels().size() - 1);
        assertThat(loop.body()).hasSize(2);
        // The product writes what it would read.
        assertThat(loop.body().get(1).out())
                .isEqualTo(loop.body().get(0).reads().get(0));
        assertThat(found(p)).isEmpty();
    }

    @Test
    void theOperandMayBeTransposed() {
        GraphBuilder g = new GraphBuilder();
        Node windows = g.add(new Op.Window(GEOMETRY), g.input("x", TensorType.f32(Shape.batched(2, 7, 6))));
        Node rows = g.reshape(windows, Shape.batched(12, 20));
        g.output("y", g.matMul(g.parameter("w", Shape.of(3, 20)), false, rows, true));
        List<CopiedOperand> all = found(Compiler.compile(g.build()));
        assertThat(all).hasSize(1);
        assertThat(all.get(0).product().transposeB()).isTrue();
        // k are positions here, columns are taps.
        assertThat(all.get(0).space())
                .containsExactly(
                        new Extent(1, true), Extent.of(4), Extent.of(5), Extent.of(2), Extent.of(3), Extent.of(2));
        isWhatIsCopied(all.get(0), 3);
    }

    /** Words of the operand as the copies make it, and as the axes say. */
    private static void isWhatIsCopied(CopiedOperand o, int batch) {
        int[] in = IntStream.rangeClosed(1, o.inShape().elements(batch)).toArray();
        int[] made = in;
        for (Kernel.Copy c : o.copies()) {
            made = copied(made, c.inShape(), c.space().extents(), c.axes(), batch);
        }
        int[] read = copied(in, o.inShape(), o.space(), o.axes(), batch);
        assertThat(o.product().transposeB() ? turned(read, o, batch) : read).isEqualTo(made);
    }

    @Test
    void everyElementComesFromWhereTheCopiesTakeIt() {
        int windows = 0;
        int chains = 0;
        for (int i = 0; i < 400; i++) {
            Program p = Cases.of(i * Kind.values().length + Kind.CONVOLUTION.ordinal())
                    .program();
            for (CopiedOperand o : found(p)) {
                windows += o.isWindow() ? 1 : 0;
                chains += o.copies().size() - 1;
                isWhatIsCopied(o, 1);
                isWhatIsCopied(o, 3);
            }
        }
        assertThat(windows).isGreaterThan(500);
        assertThat(chains).isGreaterThan(200);
    }

    private static int[] copied(int[] in, Shape inShape, List<Extent> space, List<Kernel.Axis> axes, int batch) {
        int[] extents = space.stream().mapToInt(e -> e.at(batch)).toArray();
        int[] out = new int[Arrays.stream(extents).reduce(1, (a, b) -> a * b)];
        int[] p = new int[extents.length];
        for (int n = 0; n < out.length; n++) {
            int rest = n;
            for (int j = extents.length - 1; j >= 0; j--) {
                p[j] = rest % extents[j];
                rest /= extents[j];
            }
            int at = 0;
            boolean is = true;
            for (int i = 0; i < inShape.rank(); i++) {
                Kernel.Axis a = axes.get(i);
                int c = a.offset();
                for (int j = 0; j < p.length; j++) {
                    c += a.strides().get(j) * p[j];
                }
                is &= c >= 0
                        && c % a.dilation() == 0
                        && c / a.dilation() < inShape.extent(i).at(batch);
                at += c / a.dilation() * inShape.stride(i).at(batch);
            }
            out[n] = is ? in[at] : 0;
        }
        return out;
    }

    /** From (g, k, column) to (g, column, k). */
    private static int[] turned(int[] words, CopiedOperand o, int batch) {
        int ks = o.product().k().at(batch);
        int columns = o.product().n().at(batch);
        int[] out = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            int g = i / (ks * columns);
            out[(g * columns + i % columns) * ks + i / columns % ks] = words[i];
        }
        return out;
    }

    @Test
    void apartNothingElseLiesWithTheCopiesAndResultsAreTheSame() {
        for (int i = 0; i < 200; i++) {
            Case c = Cases.of(i);
            List<CopiedOperand> all = found(c.program());
            Program apart = c.program().apart(all);
            Set<Integer> copies = new TreeSet<>();
            all.forEach(o -> o.copies().forEach(copy -> copies.add(copy.out())));
            Set<Integer> slots = new TreeSet<>();
            copies.forEach(b -> slots.add(apart.slot(b)));
            for (Buffer b : apart.buffers()) {
                assertThat(slots.contains(apart.slot(b.id()))).isEqualTo(copies.contains(b.id()));
            }
            for (CopiedOperand o : all) {
                assertThat(apart.slot(o.in()))
                        .isNotEqualTo(apart.slot(o.product().out()));
            }
            List<Integer> without = new ArrayList<>();
            for (int elements : apart.slotElements(3, copies)) {
                without.add(elements);
            }
            slots.forEach(s -> assertThat(without.get(s)).isZero());
            assertThat(new Case(c.name(), apart, c.steps())
                            .outcome(new ReferenceMachine())
                            .get())
                    .isEqualTo(c.outcome(new ReferenceMachine()).get());
        }
    }
}
