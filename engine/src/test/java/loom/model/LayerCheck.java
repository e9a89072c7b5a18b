package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import loom.conformance.LayerCases;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Autodiff;
import loom.graph.DoubleInterpreter;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.run.Decoder;

/**
 * What every layer must do, on a network that has it: values of the machines against double precision, gradients of every trained
 * parameter and of the input against central differences, the WebAssembly machine's bits for an answer and a step backwards,
 * samples that do not see each other, and a file that gives the same model back.
 */
public final class LayerCheck {
    private static final String SEED = "seed of the gradient";
    private static final long RANDOM_SEED = 12345678901L;
    private static final int STEP = 3;
    private static final double DIFFERENCE = 1e-5;

    private final Model model;
    private final Network network;
    private final Random random = new Random(7);
    private double tolerance = 1e-5;
    private double low = -1;
    private double high = 1;
    private int ids;
    private boolean differences = true;
    private boolean alone = true;

    private LayerCheck(Model model) {
        this.model = model;
        this.network = model.network();
    }

    public static LayerCheck of(LayerCases.Entry entry) {
        LayerCheck c = of(entry.network());
        c.ids = entry.ids();
        return c;
    }

    public static LayerCheck of(Network network) {
        return new LayerCheck(LayerCases.model(network));
    }

    public static LayerCheck of(Model model) {
        return new LayerCheck(model);
    }

    /** Error of f32 against double precision, relative to the larger of 1 and the value; without it 1e-5. */
    public LayerCheck tolerance(double error) {
        tolerance = error;
        return this;
    }

    /** Range of inputs; without it −1 to 1. */
    public LayerCheck inputs(double from, double to) {
        low = from;
        high = to;
        return this;
    }

    /** For layers whose gradient is not the derivative, such as straight-through estimators. */
    public LayerCheck withoutDifferences() {
        differences = false;
        return this;
    }

    /** For layers whose answer to a sample depends on its place in the batch: random numbers. */
    public LayerCheck samplesDiffer() {
        alone = false;
        return this;
    }

    public void run() {
        String text = ModelWriter.write(model);
        assertEquals(model, ModelReader.read("model.json", text));
        assertEquals(text, ModelWriter.write(ModelReader.read("model.json", text)));
        for (int batch : new int[] {1, 3}) {
            new Run(Mode.INFERENCE, batch).machinesAgree();
            Run training = new Run(Mode.TRAINING, batch);
            training.machinesAgree();
            if (differences) {
                training.gradientsAreDerivatives();
            }
        }
        if (alone) {
            samplesDoNotSeeEachOther();
        }
        if (NetworkLowering.obstacle(network).isEmpty()) {
            positionByPositionIsTheSame();
        }
    }

    /** A sequence's answers do not depend on whether its positions come at once or one after the other. */
    private void positionByPositionIsTheSame() {
        int length = network.input().dim(0);
        for (int batch : new int[] {1, 3}) {
            Run whole = new Run(Mode.INFERENCE, batch);
            float[] expected = whole.on(new ReferenceMachine()).get(NetworkLowering.OUTPUT);
            float[] input = whole.values.get(NetworkLowering.INPUT);
            for (int chunk : new int[] {1, length % 2 == 0 ? 2 : length}) {
                for (Machine machine : List.of(new ReferenceMachine(), new WasmMachine(GraalWasmHost.shared()))) {
                    Decoder decoder = Decoder.open(machine, model, batch, chunk).get();
                    for (int round = 0; round < 2; round++) {
                        for (int at = 0; at < length; at += chunk) {
                            float[] y = decoder.step(positions(input, batch, length, at, chunk))
                                    .get();
                            assertBits(machine.name() + " at " + at, positions(expected, batch, length, at, chunk), y);
                        }
                        decoder.reset();
                    }
                    decoder.close();
                }
            }
        }
    }

    /** {@code count} positions from {@code from} on, of every sample. */
    private static float[] positions(float[] all, int batch, int length, int from, int count) {
        int each = all.length / batch / length;
        float[] some = new float[batch * count * each];
        for (int b = 0; b < batch; b++) {
            System.arraycopy(all, (b * length + from) * each, some, b * count * each, count * each);
        }
        return some;
    }

    private void samplesDoNotSeeEachOther() {
        int batch = 4;
        Run all = new Run(Mode.INFERENCE, batch);
        float[] together = all.on(new ReferenceMachine()).get(NetworkLowering.OUTPUT);
        float[] input = all.values.get(NetworkLowering.INPUT);
        Run one = new Run(Mode.INFERENCE, 1);
        int in = input.length / batch;
        int out = together.length / batch;
        for (int i = 0; i < batch; i++) {
            one.values.put(NetworkLowering.INPUT, java.util.Arrays.copyOfRange(input, i * in, (i + 1) * in));
            assertBits(
                    "sample " + i,
                    java.util.Arrays.copyOfRange(together, i * out, (i + 1) * out),
                    one.on(new ReferenceMachine()).get(NetworkLowering.OUTPUT));
        }
    }

    private static void assertBits(String name, float[] expected, float[] found) {
        assertArrayEquals(bits(expected), bits(found), name);
    }

    private static int[] bits(float[] v) {
        return loom.graph.Words.bits(v).toArray();
    }

    /** The network forward and backward for one batch, with its values. */
    private final class Run {
        private final Graph graph;
        private final int batch;
        private final LinkedHashMap<String, float[]> values = new LinkedHashMap<>();
        private final List<String> differentiated = new ArrayList<>();

        Run(Mode mode, int batch) {
            this.batch = batch;
            GraphBuilder g = new GraphBuilder();
            NetworkLowering.Lowered l = NetworkLowering.into(g, network, mode);
            g.output(NetworkLowering.OUTPUT, l.output());
            model.parameters().forEach((name, t) -> values.put(name, t.values()));
            values.put(NetworkLowering.INPUT, inputs(network.input().elements(1) * batch));
            if (mode == Mode.TRAINING) {
                Node seed = g.input(SEED, TensorType.f32(l.output().shape()));
                values.put(SEED, draw(network.output().elements(1) * batch, 0.5, 1.5));
                List<Node> wrt = new ArrayList<>();
                if (ids == 0) {
                    differentiated.add(NetworkLowering.INPUT);
                    wrt.add(l.input());
                }
                for (String name : network.trained()) {
                    differentiated.add(name);
                    wrt.add(l.parameters().get(name));
                }
                List<Node> gradients = Autodiff.gradients(g, l.output(), seed, wrt);
                for (int i = 0; i < wrt.size(); i++) {
                    g.output(gradientOf(differentiated.get(i)), gradients.get(i));
                }
            }
            graph = g.build();
        }

        private float[] inputs(int count) {
            float[] v = draw(count, ids > 0 ? 0 : low, ids > 0 ? ids : high);
            for (int i = 0; ids > 0 && i < count; i++) {
                v[i] = (float) Math.floor(v[i]);
            }
            return v;
        }

        private float[] draw(int count, double from, double to) {
            float[] v = new float[count];
            for (int i = 0; i < count; i++) {
                v[i] = loom.numeric.Domain.roundD((float) (from + random.nextDouble() * (to - from)));
            }
            return v;
        }

        private static String gradientOf(String name) {
            return "gradient of " + name;
        }

        /** Everything that can be read after a run: outputs, and parameters that the run changed. */
        Map<String, float[]> on(Machine machine) {
            Execution e = machine.prepare(Compiler.compile(graph)).get();
            e.batch(batch);
            for (Map.Entry<String, Integer> s : e.program().sources().entrySet()) {
                e.write(s.getValue(), values.get(s.getKey()));
            }
            e.run(new ScalarWords().random(RANDOM_SEED, STEP).of(e.program()));
            e.finish().get();
            Map<String, float[]> results = new LinkedHashMap<>();
            e.program()
                    .outputs()
                    .forEach((name, b) -> results.put(name, e.readFloats(b).get()));
            e.program().commits().forEach(c -> {
                String name = ((Buffer.Source) e.program().buffer(c.target())).name();
                results.put(name, e.readFloats(c.target()).get());
            });
            e.close();
            return results;
        }

        private Map<String, double[]> doubles() {
            Map<String, double[]> d = new HashMap<>();
            values.forEach((name, v) -> d.put(name, doubles(v)));
            d.put(GraphBuilder.STEP, new double[] {STEP});
            d.put(GraphBuilder.SEED_LOW, new double[] {RANDOM_SEED & 0xffffffffL});
            d.put(GraphBuilder.SEED_HIGH, new double[] {RANDOM_SEED >>> 32});
            return d;
        }

        private static double[] doubles(float[] v) {
            double[] d = new double[v.length];
            for (int i = 0; i < v.length; i++) {
                d[i] = v[i];
            }
            return d;
        }

        void machinesAgree() {
            Map<String, float[]> reference = on(new ReferenceMachine());
            Map<String, float[]> wasm = on(new WasmMachine(GraalWasmHost.shared(), 0));
            assertEquals(reference.keySet(), wasm.keySet());
            reference.forEach((name, v) -> assertBits(name + " on wasm", v, wasm.get(name)));

            DoubleInterpreter exact = new DoubleInterpreter(batch, doubles());
            Map<String, Node> nodes = new LinkedHashMap<>(graph.outputs());
            graph.updates().forEach((target, value) -> nodes.put(((Op.Parameter) target.op()).name(), value));
            assertEquals(nodes.keySet(), reference.keySet());
            nodes.forEach((name, node) -> assertClose(name, exact.value(node), reference.get(name)));
        }

        private void assertClose(String name, double[] expected, float[] found) {
            assertThat(found).as(name).hasSameSizeAs(expected);
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i])
                        .as(name + "[" + i + "] of batch " + batch)
                        .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
            }
        }

        void gradientsAreDerivatives() {
            Map<String, double[]> given = doubles();
            DoubleInterpreter exact = new DoubleInterpreter(batch, given);
            for (String name : differentiated) {
                double[] got = exact.value(graph.output(gradientOf(name)));
                double[] x = given.get(name);
                // Two runs an element: of large ones every few-th, an odd stride so that all axes take part.
                for (int i = 0; i < x.length; i += 1 + x.length / 32 / 2 * 2) {
                    double keep = x[i];
                    x[i] = keep + DIFFERENCE;
                    double up = weighted(given);
                    x[i] = keep - DIFFERENCE;
                    double down = weighted(given);
                    x[i] = keep;
                    double expected = (up - down) / (2 * DIFFERENCE);
                    // Constants of the rules are f32, so relative 1e-7 and the differences' own error of about 1e-9
                    // remain.
                    assertThat(got[i])
                            .as(gradientOf(name) + "[" + i + "] of batch " + batch)
                            .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
                }
            }
        }

        private double weighted(Map<String, double[]> given) {
            double[] y = new DoubleInterpreter(batch, given).value(graph.output(NetworkLowering.OUTPUT));
            double[] weights = given.get(SEED);
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += weights[i] * y[i];
            }
            return sum;
        }
    }
}
