package loom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import loom.graph.Autodiff;
import loom.graph.DoubleInterpreter;
import loom.graph.ElementType;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.RandomKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.numeric.Domain;
import loom.numeric.Philox;
import org.junit.jupiter.api.Test;

/** What the compiler makes of graphs, run on the reference machine: right values, same bits fused or not, one at a time or many. */
class CompilerTest {
    private final GraphBuilder b = new GraphBuilder();
    private final Random random = new Random(3);

    /** A two-layer classifier with loss, gradients and an SGD step: every kernel kind but loops and copies. */
    private Graph trainingStep() {
        Node x = b.input("x", TensorType.f32(Shape.batched(20)));
        Node target = b.input("target", TensorType.f32(Shape.batched(4)));
        Node rate = b.scalar("rate", ElementType.F32);
        b.layer("hidden");
        Node w1 = b.parameter("w1", Shape.of(20, 33));
        Node b1 = b.parameter("b1", Shape.of(33));
        Node h = b.max(b.plus(b.matMul(x, w1), b1), b.constant(0f));
        b.layer("logits");
        Node w2 = b.parameter("w2", Shape.of(33, 4));
        Node z = b.matMul(h, w2);
        Node shifted = b.minus(z, b.stopGradient(b.reduce(Op.ReduceKind.MAX, z, 1)));
        Node exp = b.exp(shifted);
        Node p = b.divide(exp, b.sum(exp, 1));
        Node logP = b.minus(shifted, b.log(b.sum(exp, 1)));
        Node each = b.negate(b.sum(b.times(target, logP), 1));
        Node loss = b.reshape(b.mean(each, 0), Shape.SCALAR);
        b.output("p", p).output("loss", loss).name("hidden", h);
        List<Node> wrt = List.of(w1, b1, w2);
        List<Node> g = Autodiff.gradients(b, loss, wrt);
        for (int i = 0; i < wrt.size(); i++) {
            b.update(wrt.get(i), b.minus(wrt.get(i), b.times(g.get(i), rate)));
        }
        return b.build();
    }

    private float[] values(int n, double scale) {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
            v[i] = Domain.roundD((float) (random.nextGaussian() * scale));
        }
        return v;
    }

    private static Execution prepare(Program p, Map<String, float[]> sources, int batch) {
        Execution e = new ReferenceMachine().prepare(p).get();
        e.batch(batch);
        sources.forEach((name, v) -> e.write(p.source(name), v));
        return e;
    }

    private Map<String, float[]> trainingValues(int batch) {
        Map<String, float[]> v = new HashMap<>();
        v.put("x", values(batch * 20, 1));
        float[] t = new float[batch * 4];
        for (int i = 0; i < batch; i++) {
            t[i * 4 + random.nextInt(4)] = 1;
        }
        v.put("target", t);
        v.put("w1", values(20 * 33, 0.3));
        v.put("b1", values(33, 0.1));
        v.put("w2", values(33 * 4, 0.3));
        return v;
    }

    @Test
    void valuesAgreeWithDoublePrecision() {
        Graph graph = trainingStep();
        int batch = 5;
        Map<String, float[]> sources = trainingValues(batch);
        Execution e = prepare(Compiler.compile(graph), sources, batch);
        e.run(Float.floatToRawIntBits(0.1f));
        e.finish().get();
        Map<String, double[]> exact = new HashMap<>();
        sources.forEach((name, v) -> exact.put(name, widen(v)));
        exact.put("rate", new double[] {0.1f});
        DoubleInterpreter oracle = new DoubleInterpreter(batch, exact);
        Program p = e.program();
        assertClose(e.readFloats(p.output("p")).get(), oracle.value(graph.output("p")));
        assertClose(e.readFloats(p.output("loss")).get(), oracle.value(graph.output("loss")));
        graph.updates()
                .forEach((target, value) -> assertClose(
                        e.readFloats(p.source(((Op.Parameter) target.op()).name()))
                                .get(),
                        oracle.value(value)));
    }

    private static double[] widen(float[] v) {
        double[] r = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            r[i] = v[i];
        }
        return r;
    }

    /** f32 against double: the tolerance is the rounding of a few dozen f32 operations on values of about 1. */
    private static void assertClose(float[] got, double[] expected) {
        assertThat(got).hasSize(expected.length);
        for (int i = 0; i < got.length; i++) {
            assertThat((double) got[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(3e-6));
        }
    }

    @Test
    void fusedAndTracedGiveTheSameBits() {
        Graph graph = trainingStep();
        Map<String, float[]> sources = trainingValues(7);
        Program fused = Compiler.compile(graph);
        Program traced = Compiler.compile(graph, Compiler.Keep.ALL);
        assertThat(traced.kernels().size()).isGreaterThan(fused.kernels().size());
        Execution a = prepare(fused, sources, 7);
        Execution c = prepare(traced, sources, 7);
        for (int step = 0; step < 3; step++) {
            a.run(Float.floatToRawIntBits(0.1f));
            c.run(Float.floatToRawIntBits(0.1f));
        }
        for (String name : List.of("w1", "b1", "w2")) {
            assertThat(a.readFloats(fused.source(name)).get())
                    .isEqualTo(c.readFloats(traced.source(name)).get());
        }
        assertThat(a.readFloats(fused.output("p")).get())
                .isEqualTo(c.readFloats(traced.output("p")).get());
        assertThat(traced.names()).containsKey("hidden");
        assertThat(fused.names()).isEmpty();
    }

    @Test
    void oneAtATimeOrManyGiveTheSameBits() {
        Graph graph = trainingStep();
        int batch = 9;
        Map<String, float[]> sources = trainingValues(batch);
        Program p = Compiler.compile(graph);
        Execution many = prepare(p, sources, batch);
        many.run(0);
        float[] all = many.readFloats(p.output("p")).get();
        for (int i = 0; i < batch; i++) {
            Map<String, float[]> one = new HashMap<>(sources);
            one.put("x", java.util.Arrays.copyOfRange(sources.get("x"), i * 20, i * 20 + 20));
            one.put("target", java.util.Arrays.copyOfRange(sources.get("target"), i * 4, i * 4 + 4));
            Execution single = prepare(p, one, 1);
            single.run(0);
            assertThat(single.readFloats(p.output("p")).get())
                    .isEqualTo(java.util.Arrays.copyOfRange(all, i * 4, i * 4 + 4));
        }
    }

    @Test
    void pointwiseChainsBecomeOneKernel() {
        Node x = b.input("x", TensorType.f32(Shape.batched(8)));
        Node y = b.exp(b.negate(b.times(x, x)));
        b.output("y", b.plus(y, b.constant(1f)));
        Program p = Compiler.compile(b.build());
        assertThat(p.kernels()).hasSize(1);
    }

    @Test
    void aTrapCommitsNothingAndNamesTheFirstOperation() {
        Node x = b.input("x", TensorType.f32(Shape.batched(2)));
        Node w = b.state("w", TensorType.f32(Shape.of(2)));
        b.layer("cell 0,0 layer 1 thing");
        Node root = b.unary(UnaryKind.SQRT, x);
        Node log = b.log(x);
        b.output("y", b.plus(root, log));
        b.update(w, b.plus(w, b.constant(1f)));
        Program p = Compiler.compile(b.build());
        Execution e = prepare(p, Map.of("x", new float[] {1, 4, 2, 8}), 2);
        e.run();
        e.finish().get();
        assertThat(e.readFloats(p.source("w")).get()).containsExactly(1, 1);
        e.write(p.source("x"), new float[] {1, 4, 2, -8});
        e.run();
        assertThatThrownBy(() -> e.finish().get())
                .isInstanceOf(NumericTrap.class)
                .hasMessageContaining("cell 0,0 layer 1 thing, sqrt");
        assertThat(e.readFloats(p.source("w")).get()).containsExactly(1, 1);
        e.write(p.source("x"), new float[] {1, 4, 2, 9});
        e.run();
        e.finish().get();
        assertThat(e.readFloats(p.source("w")).get()).containsExactly(2, 2);
    }

    @Test
    void deadOperationsNeitherRunNorTrap() {
        Node x = b.input("x", TensorType.f32(Shape.batched(2)));
        b.log(x);
        b.output("y", b.plus(x, x));
        Program p = Compiler.compile(b.build());
        Execution e = prepare(p, Map.of("x", new float[] {-1, 0}), 1);
        e.run();
        e.finish().get();
        assertThat(p.kernels()).hasSize(1);
    }

    @Test
    void aSurrogatesPathCostsNothingForward() {
        Node x = b.input("x", TensorType.f32(Shape.batched(2)));
        b.output("y", b.surrogate(b.plus(x, x), b.log(x)));
        assertThat(Compiler.compile(b.build()).kernels()).hasSize(1);
    }

    @Test
    void randomNumbersDependOnSeedStepAndElementAlone() {
        Shape shape = Shape.of(new int[] {3, 1, 5}, 1);
        b.output("u", b.random(RandomKind.UNIFORM, shape, 7, 3));
        b.output("n", b.random(RandomKind.NORMAL, shape, 7, 4));
        Program p = Compiler.compile(b.build());
        Execution e = prepare(p, Map.of(), 2);
        long seed = 0x123456789abcdefL;
        int[] scalars = new int[p.scalars().size() - 1];
        for (int i = 0; i < scalars.length; i++) {
            scalars[i] = switch (p.scalars().get(i + 1).name()) {
                case GraphBuilder.STEP -> 42;
                case GraphBuilder.SEED_LOW -> (int) seed;
                default -> (int) (seed >>> 32);
            };
        }
        e.run(scalars);
        e.finish().get();
        float[] u = e.readFloats(p.output("u")).get();
        float[] n = e.readFloats(p.output("n")).get();
        for (int i = 0; i < 30; i++) {
            assertThat(u[i]).isEqualTo(Philox.uniform(seed, i, 42, 7, 3));
            assertThat(n[i]).isEqualTo(Philox.normal(seed, i, 42, 7, 4));
        }
    }

    @Test
    void statesThatSwapAreBothReadBeforeEitherIsWritten() {
        Node a = b.state("a", TensorType.f32(Shape.of(1)));
        Node c = b.state("c", TensorType.f32(Shape.of(1)));
        b.update(a, c).update(c, a);
        Program p = Compiler.compile(b.build());
        Execution e = prepare(p, Map.of("a", new float[] {1}, "c", new float[] {2}), 1);
        e.run();
        assertThat(e.readFloats(p.source("a")).get()).containsExactly(2);
        assertThat(e.readFloats(p.source("c")).get()).containsExactly(1);
    }

    @Test
    void anOutputIsWhatAStateWasBeforeTheRunChangedIt() {
        Node s = b.state("s", TensorType.f32(Shape.of(1)));
        b.update(s, b.plus(s, b.constant(1f)));
        b.output("before", s).output("again", b.reshape(s, Shape.SCALAR));
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(b.build())).get();
        for (int i = 0; i < 3; i++) {
            e.run();
            e.finish().get();
            assertThat(e.readFloats(e.program().output("before")).get()).containsExactly(i);
            assertThat(e.readFloats(e.program().output("again")).get()).containsExactly(i);
        }
    }

    @Test
    void carriedValuesThatSwap() {
        GraphBuilder body = new GraphBuilder();
        Node u = body.input("u", TensorType.f32(Shape.of(2)));
        Node v = body.input("v", TensorType.f32(Shape.of(2)));
        Node s = body.input("s", TensorType.f32(Shape.of(2)));
        body.output("u", v).output("v", body.plus(u, s)).output("seen", u);
        Node x = b.input("x", TensorType.f32(Shape.of(3, 2)));
        List<Node> r = b.loop(
                body.build(),
                3,
                false,
                List.of(b.splat(1, Shape.of(2)), b.splat(2, Shape.of(2))),
                List.of(x),
                List.of());
        b.output("u", r.get(0)).output("v", r.get(1)).output("seen", r.get(2));
        Program p = Compiler.compile(b.build());
        Execution e = prepare(p, Map.of("x", new float[] {10, 20, 30, 40, 50, 60}), 1);
        e.run();
        // (1,2) → (2,1+10) → (11,2+30) → (32,11+50), and the same with 20, 40, 60.
        assertThat(e.readFloats(p.output("u")).get()).containsExactly(32, 42);
        assertThat(e.readFloats(p.output("v")).get()).containsExactly(61, 81);
        assertThat(e.readFloats(p.output("seen")).get()).containsExactly(1, 1, 2, 2, 11, 21);
    }

    @Test
    void aLoopOfThousandStepsIsNoLongerThanOneOfTen() {
        assertThat(recurrent(1000).toString().length()
                        - recurrent(10).toString().length())
                .isLessThan(200);
    }

    private static Program recurrent(int steps) {
        GraphBuilder g = new GraphBuilder();
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(4)));
        Node x = body.input("x", TensorType.f32(Shape.batched(4)));
        Node w = body.input("w", TensorType.f32(Shape.of(4, 4)));
        body.output("h", body.unary(UnaryKind.TANH, body.plus(body.matMul(h, w), x)));
        Node xs = g.input("x", TensorType.f32(Shape.of(new int[] {steps, 1, 4}, 1)));
        Node weights = g.parameter("w", Shape.of(4, 4));
        Node last = g.loop(
                        body.build(),
                        steps,
                        false,
                        List.of(g.splat(0, Shape.batched(4))),
                        List.of(xs),
                        List.of(weights))
                .get(0);
        Node loss =
                g.reshape(g.sum(g.reshape(last, Shape.of(List.of(last.shape().elements()))), 0), Shape.SCALAR);
        g.output("loss", loss)
                .output("g", Autodiff.gradients(g, loss, List.of(weights)).get(0));
        return Compiler.compile(g.build());
    }

    @Test
    void recurrentGradientAgreesWithDoublePrecision() {
        GraphBuilder g = b;
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(4)));
        Node x = body.input("x", TensorType.f32(Shape.batched(3)));
        Node w = body.input("w", TensorType.f32(Shape.of(3, 4)));
        Node u = body.input("u", TensorType.f32(Shape.of(4, 4)));
        Node next = body.unary(UnaryKind.TANH, body.plus(body.matMul(x, w), body.matMul(h, u)));
        body.output("h", next).output("y", body.times(next, next));
        Node xs = g.input("x", TensorType.f32(Shape.of(new int[] {6, 1, 3}, 1)));
        Node wn = g.parameter("w", Shape.of(3, 4));
        Node un = g.parameter("u", Shape.of(4, 4));
        List<Node> r =
                g.loop(body.build(), 6, false, List.of(g.splat(0, Shape.batched(4))), List.of(xs), List.of(wn, un));
        Node all = g.plus(
                g.sum(g.reshape(r.get(1), Shape.of(List.of(r.get(1).shape().elements()))), 0), g.constant(0f));
        Node loss = g.reshape(all, Shape.SCALAR);
        List<Node> gradients = Autodiff.gradients(g, loss, List.of(wn, un, xs));
        g.output("w", gradients.get(0)).output("u", gradients.get(1)).output("x", gradients.get(2));
        Graph graph = g.build();
        Map<String, float[]> v = Map.of("x", values(6 * 2 * 3, 1), "w", values(12, 0.5), "u", values(16, 0.5));
        Execution e = prepare(Compiler.compile(graph), v, 2);
        e.run();
        e.finish().get();
        Map<String, double[]> exact = new HashMap<>();
        v.forEach((name, values) -> exact.put(name, widen(values)));
        DoubleInterpreter oracle = new DoubleInterpreter(2, exact);
        for (String name : List.of("w", "u", "x")) {
            assertClose(e.readFloats(e.program().output(name)).get(), oracle.value(graph.output(name)));
        }
    }

    @Test
    void convolutionAndItsGradientsAgreeWithDoublePrecision() {
        WindowGeometry geometry = new WindowGeometry(
                Words.of(3, 2), Words.of(2, 1), Words.of(1, 2), Words.of(1, 0), Words.of(1, 2), Words.of(1, 1));
        for (int groups : new int[] {1, 2}) {
            GraphBuilder g = new GraphBuilder();
            Node x = g.input("x", TensorType.f32(Shape.batched(4, 7, 5)));
            Node w = g.parameter("w", Shape.of(6, 4 / groups, 3, 2));
            Node y = g.conv(x, w, geometry, groups);
            Node loss = g.reshape(
                    g.sum(g.reshape(g.times(y, y), Shape.of(List.of(y.shape().elements()))), 0), Shape.SCALAR);
            List<Node> gradients = Autodiff.gradients(g, loss, List.of(x, w));
            g.output("y", y).output("x", gradients.get(0)).output("w", gradients.get(1));
            Graph graph = g.build();
            Map<String, float[]> v = Map.of("x", values(2 * 4 * 35, 0.2), "w", values(6 * 4 / groups * 6, 0.2));
            Execution e = prepare(Compiler.compile(graph), v, 2);
            e.run();
            e.finish().get();
            Map<String, double[]> exact = new HashMap<>();
            v.forEach((name, values) -> exact.put(name, widen(values)));
            DoubleInterpreter oracle = new DoubleInterpreter(2, exact);
            for (String name : List.of("y", "x", "w")) {
                assertClose(e.readFloats(e.program().output(name)).get(), oracle.value(graph.output(name)));
            }
        }
    }

    @Test
    void integersAndViews() {
        Node x = b.input("x", TensorType.i32(Shape.batched(2, 3)));
        Node turned = b.permute(x, 2, 0, 1);
        Node index = b.iota(turned.shape(), 0);
        Node picked =
                b.add(new Op.Slice(Words.of(1, 0, 0), Words.of(2, 1, 2), Words.of(1, 1, 1)), b.plus(turned, index));
        b.output("y", b.concat(0, picked, b.pad(picked, 2, 0, 0)));
        b.output("xor", b.binary(BinaryKind.XOR, x, b.constant(-1)));
        Program p = Compiler.compile(b.build());
        Execution e = new ReferenceMachine().prepare(p).get();
        e.batch(2);
        e.write(p.source("x"), new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        e.run();
        // [2,N,2]: rows 1 and 2 of the turned tensor, plus their index.
        assertThat(e.readInts(p.output("y")).get())
                .containsExactly(3, 6, 9, 12, 5, 8, 11, 14, 3, 6, 9, 12, 5, 8, 11, 14);
        assertThat(e.readInts(p.output("xor")).get()[0]).isEqualTo(-2);
    }

    @Test
    void wideMomentsKeepTinyValues() {
        Node g = b.input("g", TensorType.f32(Shape.of(1)));
        Node v = b.state("v", new TensorType(Shape.of(1), ElementType.F32, Domain.W));
        Node next = b.plus(b.times(v, 0.999f), b.times(b.times(g, g), 0.001f));
        Node wide = b.plus(b.times(v, 0.999f), b.times(b.times(b.plus(v, g), g), 0.001f));
        b.update(v, wide);
        b.output("lost", next);
        b.output(
                "step",
                b.unary(UnaryKind.NARROW, b.divide(g, b.unary(UnaryKind.SQRT, b.plus(wide, b.constant(1e-8f))))));
        Program p = Compiler.compile(b.build());
        float tiny = Domain.roundD(1e-9f);
        Execution e = prepare(p, Map.of("g", new float[] {tiny}), 1);
        e.run();
        e.finish().get();
        assertThat(e.readFloats(p.source("v")).get()[0])
                .isEqualTo((tiny * tiny) * 0.001f)
                .isPositive();
    }
}
