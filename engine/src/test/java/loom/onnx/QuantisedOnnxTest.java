package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Quantised operators beside those of the published cases. */
class QuantisedOnnxTest {
    private static final int UINT8 = 2;
    private static final int INT8 = 3;

    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    private static Model load(OnnxBytes file) {
        return OnnxImport.load("a.onnx", file.bytes(), OnnxOptions.NONE).model();
    }

    private static Map<String, float[]> run(Model m, float... x) {
        ModelRunner runner = ModelRunner.open(new ReferenceMachine(), m).get();
        float[] y = runner.run(x, 1).get();
        runner.close();
        ModelRunner again = ModelRunner.open(
                        new WasmMachine(new GraalWasmHost()), ModelReader.read("a.json", ModelWriter.write(m)))
                .get();
        assertThat(again.run(x, 1).get()).as("saved, on WebAssembly").isEqualTo(y);
        again.close();
        return Onnx.unpack(OnnxGraph.namedOutputs(m.network()).orElseThrow(), y, 1);
    }

    private static OnnxBytes dynamic(int... dims) {
        Object[] extents = new Object[dims.length];
        for (int i = 0; i < dims.length; i++) {
            extents[i] = dims[i];
        }
        return OnnxBytes.model(
                g -> g.node("DynamicQuantizeLinear", new String[] {"x"}, new String[] {"y", "scale", "zero"}, n -> {})
                        .input("x", extents)
                        .output("y")
                        .output("scale")
                        .output("zero"));
    }

    /** The examples of ONNX's own page. */
    @Test
    void dynamicRangesAreThoseOfThePage() {
        Map<String, float[]> both = run(load(dynamic(6)), 0, 2, -3, -2.5f, 1.34f, 0.5f);
        assertThat(both.get("y")).containsExactly(153, 255, 0, 26, 221, 179);
        assertThat(both.get("scale")[0]).isEqualTo(0.0196078438f);
        assertThat(both.get("zero")).containsExactly(153);
        Map<String, float[]> below = run(load(dynamic(6)), -1, -2.1f, -1.3f, -2.5f, -3.34f, -4);
        assertThat(below.get("y")).containsExactly(191, 121, 172, 96, 42, 0);
        assertThat(below.get("scale")[0]).isEqualTo(0.0156862754f);
        assertThat(below.get("zero")).containsExactly(255);
        Map<String, float[]> above =
                run(load(dynamic(3, 4)), 1, 2.1f, 1.3f, 2.5f, 3.34f, 4, 1.5f, 2.6f, 3.9f, 4, 3, 2.345f);
        assertThat(above.get("y")).containsExactly(64, 134, 83, 159, 213, 255, 96, 166, 249, 255, 191, 149);
        assertThat(above.get("zero")).containsExactly(0);
        assertThat(run(load(dynamic(2)), 0, 0).get("y")).containsExactly(0, 0);
    }

    @Test
    void aDynamicRangeIsOfOneSample() {
        OnnxBytes file = OnnxBytes.model(
                g -> g.node("DynamicQuantizeLinear", new String[] {"x"}, new String[] {"y", "scale", "zero"}, n -> {})
                        .input("x", "n", 2)
                        .output("y"));
        assertThatThrownBy(() -> load(file)).hasMessageContaining("works along axis 0");
    }

    /** What onnxruntime makes of a matrix product with dynamic ranges. */
    @Test
    void aQuantisedProductIsNearThePlainOne() {
        SplittableRandom random = new SplittableRandom(5);
        int in = 24;
        int out = 5;
        long[] w = new long[in * out];
        float[] x = new float[2 * in];
        for (int i = 0; i < w.length; i++) {
            w[i] = random.nextInt(-127, 128);
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextDouble() * 3 - 1);
        }
        Model m = load(OnnxBytes.model(g -> g.node(
                        "DynamicQuantizeLinear", new String[] {"x"}, new String[] {"q", "scale", "zero"}, n -> {})
                .node("MatMulInteger q w zero -> sums")
                .node(
                        "Cast",
                        new String[] {"sums"},
                        new String[] {"real"},
                        n -> n.attribute("to", 2, a -> a.whole(3, 1)))
                .node("Mul scale ws -> both")
                .node("Mul real both -> y")
                .message(5, t -> bytes(t, "w", INT8, new int[] {in, out}, w))
                .floats("ws", new int[] {out}, 0.01f, 0.02f, 0.005f, 0.01f, 0.03f)
                .input("x", 2, in)
                .output("y")));
        float[] scales = {0.01f, 0.02f, 0.005f, 0.01f, 0.03f};
        float[] y = run(m, x).get("y");
        for (int r = 0; r < 2; r++) {
            for (int o = 0; o < out; o++) {
                double sum = 0;
                for (int i = 0; i < in; i++) {
                    sum += x[r * in + i] * w[i * out + o] * scales[o];
                }
                assertThat((double) y[r * out + o]).isCloseTo(sum, within(scales[o] * 127 * in * 0.006));
            }
        }
    }

    private static void bytes(OnnxBytes t, String name, int type, int[] dims, long... values) {
        for (int d : dims) {
            t.whole(1, d);
        }
        t.whole(2, type);
        for (long v : values) {
            t.whole(5, v);
        }
        t.text(8, name);
    }

    /** With a scale for every filter, a bias and padding. */
    @Test
    void aQuantisedConvolutionIsTheSum() {
        SplittableRandom random = new SplittableRandom(6);
        long[] w = new long[3 * 2 * 9];
        for (int i = 0; i < w.length; i++) {
            w[i] = random.nextInt(-127, 128);
        }
        float[] x = new float[2 * 16];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(256);
        }
        float[] scales = {0.02f, 0.01f, 0.04f};
        long[] bias = {100, -2000, 40};
        Model m = load(OnnxBytes.model(g -> g.node(
                        "Cast", new String[] {"x"}, new String[] {"xi"}, n -> n.attribute("to", 2, a -> a.whole(3, 6)))
                .node(
                        "QLinearConv",
                        new String[] {"xi", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"},
                        new String[] {"y"},
                        n -> n.attribute(
                                "pads",
                                7,
                                a -> a.whole(8, 1).whole(8, 1).whole(8, 1).whole(8, 1)))
                .message(5, t -> bytes(t, "w", INT8, new int[] {3, 2, 3, 3}, w))
                .message(5, t -> bytes(t, "wz", INT8, new int[] {3}, 0, 0, 0))
                .message(5, t -> bytes(t, "xz", UINT8, new int[] {}, 120))
                .message(5, t -> bytes(t, "yz", INT8, new int[] {}, -5))
                .message(5, t -> bytes(t, "b", 6, new int[] {3}, bias))
                .floats("xs", new int[] {}, 0.1f)
                .floats("ws", new int[] {3}, scales)
                .floats("ys", new int[] {}, 0.5f)
                .input("x", 1, 2, 4, 4)
                .output("y")));
        float[] y = run(m, x).get("y");
        Map<Float, Integer> seen = new LinkedHashMap<>();
        for (int f = 0; f < 3; f++) {
            for (int p = 0; p < 16; p++) {
                long sum = bias[f];
                for (int k = 0; k < 18; k++) {
                    int row = p / 4 + k % 9 / 3 - 1;
                    int column = p % 4 + k % 3 - 1;
                    if (row >= 0 && row < 4 && column >= 0 && column < 4) {
                        sum += (long) (x[k / 9 * 16 + row * 4 + column] - 120) * w[f * 18 + k];
                    }
                }
                double real = sum * 0.1 * scales[f] / 0.5;
                long expected = Math.max(-128, Math.min(127, Math.round(real) - 5));
                assertThat((double) y[f * 16 + p]).isCloseTo(expected, within(Math.abs(real % 1) > 0.49 ? 1.0 : 0.0));
                seen.merge(y[f * 16 + p], 1, Integer::sum);
            }
        }
        assertThat(seen).hasSizeGreaterThan(10);
        assertThat(List.of(-128f, 127f)).as("some are cut").anyMatch(seen::containsKey);
    }

    /** Whole numbers keep their lowest bits; what real ones beyond the range become is not defined, here the nearest there is. */
    @Test
    void castsToNarrowIntegers() {
        Model m = load(OnnxBytes.model(g -> g.message(1, n -> castNode(n, "x", "i", 6))
                .message(1, n -> castNode(n, "i", "signed", INT8))
                .message(1, n -> castNode(n, "i", "unsigned", UINT8))
                .message(1, n -> castNode(n, "i", "short", 5))
                .message(1, n -> castNode(n, "x", "real", UINT8))
                .input("x", "n", 4)
                .output("signed")
                .output("unsigned")
                .output("short")
                .output("real")));
        Map<String, float[]> y = run(m, 300.75f, -129.5f, 255, -40000);
        assertThat(y.get("signed")).containsExactly(44, 127, -1, -64);
        assertThat(y.get("unsigned")).containsExactly(44, 127, 255, 192);
        assertThat(y.get("short")).containsExactly(300, -129, 255, 25536);
        assertThat(y.get("real")).containsExactly(255, 0, 255, 0);
    }

    private static void castNode(OnnxBytes n, String from, String to, int type) {
        n.text(1, from).text(2, to).text(4, "Cast").attribute("to", 2, a -> a.whole(3, type));
    }
}
