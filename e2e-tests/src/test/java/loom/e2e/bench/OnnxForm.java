package loom.e2e.bench;

import java.util.List;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Activation.Simple;
import loom.model.Attention;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.FeedForward;
import loom.model.Flatten;
import loom.model.Int8;
import loom.model.Lstm;
import loom.model.Model;
import loom.model.Place;
import loom.model.Precision;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tensor;
import loom.onnx.OnnxWriter;
import loom.onnx.OnnxWriter.Attribute;

/**
 * A model of this engine as an ONNX model, in the standard operators that exporters write and ONNX Runtime's optimizer knows: it
 * fuses the normalisation, SiLU, and convolution with ReLU by itself. Its own operators for attention (GroupQueryAttention,
 * MultiHeadAttention) and normalisation, tried by hand on {@link BlockWorkload}, were within 2 % of this in processor time.
 *
 * @param batch samples of one run; the file is for that many
 */
record OnnxForm(OnnxWriter graph, Model model, int batch) {
    /** ONNX's number of f32. */
    private static final int FLOAT = 1;

    static byte[] of(Model model, int batch) {
        return new OnnxForm(new OnnxWriter("loom-bench", 17), model, batch).file();
    }

    private byte[] file() {
        graph.input("x", batched(model.network().input()));
        String y = layers(model.network().places(), "x");
        graph.output(y, batched(model.network().output()));
        return graph.toBytes();
    }

    private int[] batched(Shape sample) {
        int[] dims = new int[sample.rank() + 1];
        dims[0] = batch;
        System.arraycopy(sample.dims(), 0, dims, 1, sample.rank());
        return dims;
    }

    private String layers(List<Place> places, String x) {
        String value = x;
        for (Place place : places) {
            value = layer(place, value);
        }
        return value;
    }

    private String layer(Place place, String x) {
        String y = place.path();
        return switch (place.layer()) {
            case Dense dense
            when place.options().precision() == Precision.INT8 && !dense.useBias() ->
                activated(dense.activation(), int8(place, x), y);
            case Dense dense
            when place.options().precision() == Precision.F32 ->
                activated(dense.activation(), dense(place, dense, x), y);
            case Conv conv -> activated(conv.activation(), conv(place, conv, x), y);
            case Flatten flatten -> graph.node("Flatten", List.of(x), y, Attribute.of("axis", 1));
            case Softmax softmax
            when softmax.kind() instanceof SoftmaxKind.Standard ->
                graph.node("Softmax", List.of(x), y, Attribute.of("axis", -1));
            case Residual residual -> graph.node("Add", List.of(layers(place.children(), x), x), y);
            case RmsNorm norm when norm.useScale() -> rmsNorm(place, norm, x);
            case Attention attention -> new AttentionOnnx(this, place, attention).of(x);
            case FeedForward layer
            when layer.gated() && !layer.useBias() && !layer.useOutputBias() -> gated(place, layer, x);
            case Lstm lstm -> LstmOnnx.of(this, place, lstm, x);
            default -> throw noForm(place.label());
        };
    }

    static IllegalArgumentException noForm(Object what) {
        return new IllegalArgumentException(what + " has no ONNX form here");
    }

    /** Values of a layer's parameter. */
    Tensor values(Place place, String name) {
        return model.parameters().get(place.path() + "." + name);
    }

    /** Name of a layer's parameter, now part of the graph. */
    String parameter(Place place, String name) {
        return graph.constant(place.path() + "." + name, values(place, name));
    }

    /** {@code x} times the matrix called {@code name}. */
    String product(Place place, String x, String name) {
        return graph.node("MatMul", List.of(x, parameter(place, name)), place.path() + "." + name + ".product");
    }

    private String dense(Place place, Dense dense, String x) {
        if (!dense.useBias()) {
            return product(place, x, Dense.KERNEL);
        }
        if (place.input().rank() != 1) {
            throw noForm(place.label() + " of " + place.input());
        }
        List<String> operands = List.of(x, parameter(place, Dense.KERNEL), parameter(place, Dense.BIAS));
        return graph.node("Gemm", operands, place.path() + ".sum");
    }

    /** In the operators that ONNX Runtime's tools for dynamic quantisation write, and its optimizer makes one of. */
    private String int8(Place place, String x) {
        String y = place.path();
        Tensor weights = values(place, Dense.KERNEL);
        byte[] numbers = new byte[weights.values().length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (byte) weights.values()[i];
        }
        String w = graph.int8(y + ".numbers", numbers, weights.shape().dims());
        graph.node("DynamicQuantizeLinear", List.of(x), List.of(y + ".x", y + ".s", y + ".zero"));
        String sum = graph.node("MatMulInteger", List.of(y + ".x", w, y + ".zero"), y + ".whole");
        String real = graph.node("Cast", List.of(sum), y + ".real", Attribute.of("to", FLOAT));
        String scale = parameter(place, Dense.KERNEL + Int8.SCALE);
        String scales = graph.node("Mul", List.of(y + ".s", scale), y + ".scales");
        return graph.node("Mul", List.of(real, scales), y + ".sum");
    }

    private String conv(Place place, Conv conv, String x) {
        if (conv.groups() != 1 || !conv.useBias()) {
            throw noForm(place.label());
        }
        int axes = conv.axes();
        int[] around = conv.padding()
                .around(axes, axis -> {
                    throw noForm(conv.padding());
                })
                .toArray();
        int[] strides = new int[axes];
        int[] dilations = new int[axes];
        for (int axis = 0; axis < axes; axis++) {
            strides[axis] = conv.stride().get(axis % conv.stride().size());
            dilations[axis] = conv.dilation().get(axis % conv.dilation().size());
        }
        return graph.node(
                "Conv",
                List.of(x, parameter(place, "kernel"), parameter(place, "bias")),
                place.path() + ".sum",
                Attribute.list("pads", around),
                Attribute.list("strides", strides),
                Attribute.list("dilations", dilations));
    }

    private String activated(Activation activation, String x, String output) {
        if (activation == Simple.LINEAR) {
            return x;
        }
        if (activation == Simple.RELU) {
            return graph.node("Relu", List.of(x), output);
        }
        if (activation == Simple.SILU) {
            return graph.node("Mul", List.of(x, graph.node("Sigmoid", List.of(x), output + ".sigmoid")), output);
        }
        throw noForm(activation);
    }

    private String rmsNorm(Place place, RmsNorm norm, String x) {
        String y = place.path();
        String squares = graph.node("Pow", List.of(x, number(y + ".two", 2)), y + ".squares");
        String mean = graph.node("ReduceMean", List.of(squares), y + ".mean", Attribute.list("axes", -1));
        String sum = graph.node("Add", List.of(mean, number(y + ".epsilon", norm.epsilon())), y + ".sum");
        String root = graph.node("Sqrt", List.of(sum), y + ".root");
        String unit = graph.node("Div", List.of(x, root), y + ".unit");
        return graph.node("Mul", List.of(unit, parameter(place, "scale")), y);
    }

    private String gated(Place place, FeedForward layer, String x) {
        String y = place.path();
        String gate = activated(layer.activation(), product(place, x, FeedForward.GATE), y + ".activated");
        String inner = graph.node("Mul", List.of(gate, product(place, x, FeedForward.UP)), y + ".inner");
        return product(place, inner, FeedForward.DOWN);
    }

    String number(String name, float value) {
        return graph.constant(name, new Tensor(Shape.of(1), new float[] {value}));
    }
}
