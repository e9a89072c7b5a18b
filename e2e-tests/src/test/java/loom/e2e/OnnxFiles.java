package loom.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.graph.Shape;
import loom.model.Model;
import loom.model.Tensor;
import loom.onnx.OnnxImport;
import loom.onnx.OnnxLowering;
import loom.onnx.OnnxOptions;
import loom.onnx.OnnxWriter;
import loom.onnx.OnnxWriter.Attribute;

/** Small ONNX files. */
final class OnnxFiles {
    private static final int UNITS = 4;

    private OnnxFiles() {}

    /** {@code [batch, 1, 6, 6]} to probabilities of three classes. */
    static byte[] classifier() {
        OnnxWriter g = new OnnxWriter("loom-bench", 17)
                .input("x", OnnxWriter.BATCH, 1, 6, 6)
                .output("y", OnnxWriter.BATCH, 3);
        String conv = g.node(
                "Conv",
                List.of("x", weights(g, "kernel", 4, 1, 3, 3), weights(g, "bias", 4)),
                "conv",
                Attribute.list("pads", 1, 1, 1, 1),
                Attribute.list("strides", 2, 2));
        String relu = g.node("Relu", List.of(conv), "relu");
        String pool = g.node("MaxPool", List.of(relu), "pool", Attribute.list("kernel_shape", 2, 2));
        String flat = g.node("Flatten", List.of(pool), "flat", Attribute.of("axis", 1));
        String logits = g.node("MatMul", List.of(flat, weights(g, "dense", 16, 3)), "logits");
        g.node("Softmax", List.of(logits), "y", Attribute.of("axis", -1));
        return g.toBytes();
    }

    /** Of two samples of {@link #lstm} with five steps. */
    static Map<String, float[]> lstmInputs() {
        Map<String, float[]> inputs = new LinkedHashMap<>();
        inputs.put("x", Models.input(5 * 2 * 3));
        inputs.put("h", Models.input(2 * UNITS));
        inputs.put("c", Models.input(2 * UNITS));
        return inputs;
    }

    /** An LSTM that is handed its state: x {@code [time, batch, 3]}, h and c {@code [1, batch, 4]} in, y, hn, cn out. */
    static byte[] lstm() {
        OnnxWriter g = new OnnxWriter("loom-bench", 17)
                .input("x", OnnxWriter.TIME, OnnxWriter.BATCH, 3)
                .input("h", 1, OnnxWriter.BATCH, UNITS)
                .input("c", 1, OnnxWriter.BATCH, UNITS)
                .output("y", OnnxWriter.TIME, 1, OnnxWriter.BATCH, UNITS)
                .output("hn", 1, OnnxWriter.BATCH, UNITS)
                .output("cn", 1, OnnxWriter.BATCH, UNITS);
        g.node(
                "LSTM",
                List.of(
                        "x",
                        weights(g, "w", 1, 4 * UNITS, 3),
                        weights(g, "r", 1, 4 * UNITS, UNITS),
                        weights(g, "b", 1, 8 * UNITS),
                        "",
                        "h",
                        "c"),
                List.of("y", "hn", "cn"),
                Attribute.of("hidden_size", UNITS));
        return g.toBytes();
    }

    /** Two operators that are not there, one of them twice. */
    static byte[] notSupported() {
        OnnxWriter g =
                new OnnxWriter("loom-bench", 17).input("x", OnnxWriter.BATCH, 2).output("y", OnnxWriter.BATCH, 2);
        String unique = g.node("Unique", List.of("x"), "unique");
        String relu = g.node("Relu", List.of(unique), "relu");
        String det = g.node("Det", List.of(relu), "det");
        g.node("Unique", List.of(det), "y");
        return g.toBytes();
    }

    static Model model(byte[] file, OnnxOptions options) {
        OnnxLowering.install();
        return OnnxImport.load("model.onnx", file, options).model();
    }

    private static String weights(OnnxWriter g, String name, int... dims) {
        Shape shape = Shape.of(dims);
        return g.constant(name, new Tensor(shape, Models.input(shape.elements(1))));
    }
}
