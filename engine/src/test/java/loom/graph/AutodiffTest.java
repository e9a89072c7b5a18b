package loom.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.UnaryKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients against central differences, both in double precision: the derivative rules themselves, free of rounding. */
class AutodiffTest {
    private static final int BATCH = 3;
    private static final double STEP = 1e-5;

    private final GraphBuilder b = new GraphBuilder();
    private final Map<String, double[]> values = new HashMap<>();
    private final Random random = new Random(7);

    private Node variable(String name, Shape shape, double low, double high) {
        double[] v = new double[shape.elements(BATCH)];
        for (int i = 0; i < v.length; i++) {
            v[i] = low + random.nextDouble() * (high - low);
        }
        values.put(name, v);
        return b.input(name, TensorType.f32(shape));
    }

    /** Weighs every element of {@code y} differently, sums, and compares the gradient of each variable. */
    private void check(Node y, Node... variables) {
        Node weighted = b.times(y, variable("weights", y.shape(), 0.5, 1.5));
        Node flat = b.reshape(weighted, Shape.of(List.of(y.shape().elements())));
        Node loss = b.reshape(b.sum(flat, 0), Shape.SCALAR);
        List<Node> gradients = Autodiff.gradients(b, loss, List.of(variables));
        for (int v = 0; v < variables.length; v++) {
            String name = ((Op.Input) variables[v].op()).name();
            double[] got = new DoubleInterpreter(BATCH, values).value(gradients.get(v));
            double[] x = values.get(name);
            // Two runs an element: of large variables every few-th, an odd stride so that all axes take part.
            for (int i = 0; i < x.length; i += 1 + x.length / 32 / 2 * 2) {
                double keep = x[i];
                x[i] = keep + STEP;
                double up = new DoubleInterpreter(BATCH, values).value(loss)[0];
                x[i] = keep - STEP;
                double down = new DoubleInterpreter(BATCH, values).value(loss)[0];
                x[i] = keep;
                double expected = (up - down) / (2 * STEP);
                // Constants of the rules are f32, so relative 1e-7 and the differences' own error of about 1e-9 remain.
                assertThat(got[i])
                        .as(name + "[" + i + "]")
                        .isCloseTo(
                                expected, org.assertj.core.data.Offset.offset(1e-6 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(UnaryKind.class)
    void unary(UnaryKind kind) {
        boolean positive = kind == UnaryKind.LOG || kind == UnaryKind.SQRT || kind == UnaryKind.RSQRT;
        Node x = variable("x", Shape.batched(5), positive ? 0.3 : -2.5, 2.5);
        check(b.unary(kind, x), x);
    }

    @ParameterizedTest
    @EnumSource(
            value = BinaryKind.class,
            names = {"ADD", "SUB", "MUL", "DIV", "MIN", "MAX", "POW"})
    void binary(BinaryKind kind) {
        Node x = variable("x", Shape.batched(4), 0.4, 2);
        Node y = variable("y", Shape.of(4), 0.5, 2);
        check(b.binary(kind, x, y), x, y);
    }

    @Test
    void sameOperandTwice() {
        Node x = variable("x", Shape.batched(4), -1, 1);
        check(b.times(x, x), x);
    }

    @Test
    void selectAndCompare() {
        Node x = variable("x", Shape.batched(6), -1, 1);
        Node y = variable("y", Shape.batched(6), -1, 1);
        check(b.select(b.lessThan(x, b.constant(0f)), b.times(x, y), b.exp(y)), x, y);
    }

    @Test
    void views() {
        Node x = variable("x", Shape.batched(2, 6), -1, 1);
        Node y = variable("y", Shape.batched(2, 3), -1, 1);
        Node slice = b.add(new Op.Slice(Words.of(0, 0, 1), Words.of(1, 2, 3), Words.of(1, 1, 2)), x);
        Node joined = b.concat(2, slice, y, slice);
        Node padded = b.add(new Op.Pad(Words.of(0, 1, 2), Words.of(0, 0, 1), Words.of(0, 2, 1)), joined);
        Node turned = b.permute(padded, 2, 0, 1);
        check(b.times(turned, turned), x, y);
    }

    @Test
    void reverse() {
        Node x = variable("x", Shape.batched(3, 2), -1, 1);
        check(b.times(b.reverse(x, 1), x), x);
    }

    private static WindowGeometry geometry(int kernel, int stride, int dilation, int before, int after, int input) {
        return new WindowGeometry(
                Words.of(kernel, 2),
                Words.of(stride, 1),
                Words.of(dilation, 1),
                Words.of(before, 1),
                Words.of(after, 0),
                Words.of(input, 1));
    }

    @ParameterizedTest
    @CsvSource({"3,1,1,0,0,1", "3,2,1,1,1,1", "2,3,2,2,1,1", "3,1,2,3,5,2", "2,2,1,-1,0,3", "1,1,1,0,0,1"})
    void windowsAndConvolutions(int kernel, int stride, int dilation, int before, int after, int input) {
        WindowGeometry g = geometry(kernel, stride, dilation, before, after, input);
        Node x = variable("x", Shape.batched(4, 5, 2), -1, 1);
        check(b.times(b.window(x, g), b.window(x, g)), x);
        for (int groups : new int[] {1, 2, 4}) {
            AutodiffTest t = new AutodiffTest();
            Node y = t.variable("y", Shape.batched(4, 5, 2), -1, 1);
            Node w = t.variable("w", Shape.of(4, 4 / groups, kernel, 2), -1, 1);
            t.check(t.b.conv(y, w, g, groups), y, w);
        }
    }

    private Node indices(Shape shape, int bound) {
        double[] v = new double[shape.elements(BATCH)];
        for (int i = 0; i < v.length; i++) {
            v[i] = random.nextInt(bound);
        }
        values.put("indices", v);
        return b.input("indices", TensorType.i32(shape));
    }

    @Test
    void gatherWithManyOfOneRow() {
        Node table = variable("table", Shape.of(5, 2), -1, 1);
        Node rows = b.gather(b.times(table, table), indices(Shape.batched(4, 3), 4));
        assertThat(rows.shape()).isEqualTo(Shape.batched(4, 3, 2));
        check(b.times(rows, rows), table);
    }

    @Test
    void gatherOfEachSampleItsOwn() {
        Node table = variable("table", Shape.batched(5), -1, 1);
        Node labels = indices(Shape.batched(), 5);
        Node picked = b.gather(table, labels, 1);
        assertThat(picked.shape()).isEqualTo(Shape.batched());
        check(b.times(picked, picked), table);
    }

    @Test
    void gatherWithSeveralLeadingAxes() {
        Node table = variable("table", Shape.batched(3, 4, 2), -1, 1);
        Node rows = b.gather(table, indices(Shape.batched(3, 2, 2), 4), 2);
        assertThat(rows.shape()).isEqualTo(Shape.batched(3, 2, 2, 2));
        check(b.times(rows, rows), table);
    }

    @Test
    void scatterAdd() {
        Node x = variable("x", Shape.batched(4, 2), -1, 1);
        Node y = b.scatterAdd(b.times(x, x), indices(Shape.batched(4), 3), 0, Extent.of(3));
        assertThat(y.shape()).isEqualTo(Shape.of(3, 2));
        check(b.times(y, y), x);
        AutodiffTest t = new AutodiffTest();
        Node z = t.variable("z", Shape.batched(4, 2), -1, 1);
        Node each = t.b.scatterAdd(z, t.indices(Shape.batched(4), 3), 1, Extent.of(3));
        assertThat(each.shape()).isEqualTo(Shape.batched(3, 2));
        t.check(t.b.times(each, each), z);
    }

    /** h_t = tanh(h_{t−1} + table[i_t]), with a table for all or one of each sample. */
    private void tableInLoop(Shape shape, Shape each, int lead, boolean nested) {
        int steps = 4;
        Node table = variable("table", shape, -1, 1);
        Node i = indices(each.insert(0, Extent.of(steps)), 3);
        Shape row = b.gather(table, b.reshape(b.slice(i, 0, 0, 1), each), lead).shape();
        Node h0 = variable("h0", row, -1, 1);
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(row));
        Node bi = body.input("bi", TensorType.i32(each));
        Node bt = body.input("bt", TensorType.f32(shape));
        body.output("h", body.unary(UnaryKind.TANH, body.plus(h, body.gather(bt, bi, lead))));
        Graph trip = body.build();
        if (nested) {
            GraphBuilder outer = new GraphBuilder();
            h = outer.input("oh", TensorType.f32(row));
            Node all = outer.input("oi", TensorType.i32(i.shape()));
            bt = outer.input("ot", TensorType.f32(shape));
            outer.output(
                    "oh",
                    outer.loop(trip, steps, true, List.of(h), List.of(all), List.of(bt))
                            .get(0));
            check(
                    b.loop(outer.build(), 2, false, List.of(h0), List.of(), List.of(i, table))
                            .get(0),
                    table,
                    h0);
        } else {
            check(
                    b.loop(trip, steps, false, List.of(h0), List.of(i), List.of(table))
                            .get(0),
                    table,
                    h0);
        }
    }

    @Test
    void gatherInLoop() {
        tableInLoop(Shape.of(3, 2), Shape.batched(), 0, false);
        new AutodiffTest().tableInLoop(Shape.batched(3, 2), Shape.batched(2), 1, false);
        new AutodiffTest().tableInLoop(Shape.of(3, 2), Shape.batched(2), 0, true);
        new AutodiffTest().tableInLoop(Shape.batched(3), Shape.batched(2), 1, true);
    }

    /** However many trips, the table's gradient is one sum: trips do not each fill a table. */
    @Test
    void gatherInLoopIsAddedUpOnce() {
        tableInLoop(Shape.of(3, 2), Shape.batched(), 0, false);
        long outside = b.build().nodes().stream()
                .filter(n -> n.op() instanceof Op.ScatterAdd)
                .count();
        assertThat(outside).isEqualTo(1);
    }

    @Test
    void broadcastOfMiddleAxes() {
        Node x = variable("x", Shape.of(2, 1, 3, 1), -1, 1);
        check(b.broadcast(b.times(x, x), Shape.of(new int[] {4, 2, 5, 3, 1}, 4)), x);
    }

    @ParameterizedTest
    @EnumSource(Op.ReduceKind.class)
    void reduce(Op.ReduceKind kind) {
        Node x = variable("x", Shape.batched(4, 5), -1, 1);
        check(b.reduce(kind, x, 0), x);
    }

    @Test
    void maximumTieGoesToLowestIndex() {
        Node x = b.input("x", TensorType.f32(Shape.of(4)));
        Node loss = b.reshape(b.reduce(Op.ReduceKind.MAX, x, 0), Shape.SCALAR);
        Node g = Autodiff.gradients(b, loss, List.of(x)).get(0);
        assertThat(new DoubleInterpreter(1, Map.of("x", new double[] {1, 2, 2, 0})).value(g))
                .containsExactly(0, 1, 0, 0);
    }

    @Test
    void matMulOfEveryForm() {
        for (int form = 0; form < 4; form++) {
            boolean ta = (form & 1) != 0;
            boolean tb = (form & 2) != 0;
            for (int lead = 0; lead < 4; lead++) {
                AutodiffTest t = new AutodiffTest();
                int[] a = ta ? new int[] {4, 2} : new int[] {2, 4};
                int[] c = tb ? new int[] {3, 4} : new int[] {4, 3};
                Node x = t.variable("x", (lead & 1) != 0 ? Shape.batched(a) : Shape.of(a), -1, 1);
                Node y = t.variable("y", (lead & 2) != 0 ? Shape.batched(c) : Shape.of(c), -1, 1);
                t.check(t.b.matMul(x, ta, y, tb), x, y);
            }
        }
    }

    @Test
    void matMulOverTheBatch() {
        Node x = variable("x", Shape.batched(4), -1, 1);
        Node y = variable("y", Shape.batched(2), -1, 1);
        check(b.matMul(x, true, y, false), x, y);
    }

    @Test
    void stopGradient() {
        Node x = variable("x", Shape.batched(3), -1, 1);
        Node loss = b.reshape(
                b.sum(
                        b.reshape(
                                b.times(x, b.stopGradient(x)),
                                Shape.of(List.of(x.shape().elements()))),
                        0),
                Shape.SCALAR);
        Node g = Autodiff.gradients(b, loss, List.of(x)).get(0);
        assertThat(new DoubleInterpreter(BATCH, values).value(g)).containsExactly(values.get("x"));
    }

    @Test
    void surrogate() {
        Node x = variable("x", Shape.of(3), -1, 1);
        Node y = b.surrogate(b.unary(UnaryKind.FLOOR, x), b.times(x, x));
        Node loss = b.reshape(b.sum(y, 0), Shape.SCALAR);
        double[] g = new DoubleInterpreter(1, values)
                .value(Autodiff.gradients(b, loss, List.of(x)).get(0));
        double[] v = values.get("x");
        assertThat(g).containsExactly(2 * v[0], 2 * v[1], 2 * v[2]);
    }

    /** h_t = tanh(x_t·W + h_{t−1}·U + c), s_t = s_{t−1}·0.5 + h_t, outputs h_t·s_{t−1}; the last h counts too. */
    private void recurrent(boolean reverse, UnaryOperator<Node> use, BiFunction<Node, Node, Node> result) {
        int steps = 4;
        Node x = variable("x", Shape.of(new int[] {steps, 1, 3}, 1), -1, 1);
        Node w = variable("w", Shape.of(3, 2), -1, 1);
        Node u = variable("u", Shape.of(2, 2), -1, 1);
        Node c = variable("c", Shape.of(2), -1, 1);
        Node h0 = variable("h0", Shape.batched(2), -1, 1);
        Node s0 = variable("s0", Shape.batched(2), -1, 1);

        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(2)));
        Node s = body.input("s", TensorType.f32(Shape.batched(2)));
        Node xt = body.input("xt", TensorType.f32(Shape.batched(3)));
        Node bw = body.input("bw", TensorType.f32(Shape.of(3, 2)));
        Node bu = body.input("bu", TensorType.f32(Shape.of(2, 2)));
        Node bc = body.input("bc", TensorType.f32(Shape.of(2)));
        Node next = body.unary(UnaryKind.TANH, body.plus(body.plus(body.matMul(xt, bw), body.matMul(h, bu)), bc));
        body.output("h", next);
        body.output("s", body.plus(body.times(s, 0.5f), body.times(next, bc)));
        body.output("y", body.times(next, s));
        List<Node> r = b.loop(body.build(), steps, reverse, List.of(use.apply(h0), s0), List.of(x), List.of(w, u, c));
        check(result.apply(r.get(0), r.get(2)), x, w, u, c, h0, s0);
    }

    @Test
    void loop() {
        recurrent(false, h -> h, (last, stack) -> b.plus(last, stack));
    }

    @Test
    void reverseLoop() {
        recurrent(true, h -> b.times(h, h), (last, stack) -> b.plus(last, stack));
    }

    @Test
    void loopOfWhichOnlyTheLastValueCounts() {
        recurrent(false, h -> h, (last, stack) -> last);
    }

    @Test
    void loopOfWhichOnlyTheStackCounts() {
        recurrent(false, h -> h, (last, stack) -> stack);
    }

    @Test
    void loopInLoop() {
        GraphBuilder inner = new GraphBuilder();
        Node ih = inner.input("ih", TensorType.f32(Shape.of(2)));
        Node iw = inner.input("iw", TensorType.f32(Shape.of(2)));
        inner.output("ih", inner.unary(UnaryKind.TANH, inner.times(inner.plus(ih, iw), iw)));
        GraphBuilder outer = new GraphBuilder();
        Node oh = outer.input("oh", TensorType.f32(Shape.of(2)));
        Node ox = outer.input("ox", TensorType.f32(Shape.of(2)));
        Node ow = outer.input("ow", TensorType.f32(Shape.of(2)));
        Node after = outer.loop(inner.build(), 3, false, List.of(outer.plus(oh, ox)), List.of(), List.of(ow))
                .get(0);
        outer.output("oh", after);
        outer.output("oy", outer.times(after, ow));
        Node h = variable("h", Shape.of(2), -1, 1);
        Node x = variable("x", Shape.of(5, 2), -1, 1);
        Node w = variable("w", Shape.of(2), -1, 1);
        List<Node> r = b.loop(outer.build(), 5, false, List.of(h), List.of(x), List.of(w));
        check(b.plus(r.get(0), r.get(1)), h, x, w);
    }

    @Test
    void lossWithTwoElementsIsRefused() {
        Node x = variable("x", Shape.of(2), -1, 1);
        assertThatThrownBy(() -> Autodiff.gradients(b, x, new ArrayList<>(List.of(x))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("a loss has one element");
    }
}
