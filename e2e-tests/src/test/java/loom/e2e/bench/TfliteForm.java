package loom.e2e.bench;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Activation.Simple;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Model;
import loom.model.Place;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tensor;

/**
 * A model of this engine as a TensorFlow Lite model, as that project's converters write it: channels last, fully connected layers with their
 * weights {@code [outputs, inputs]}, padding as an operator of its own. Numbers of fields, types and operators are those of its
 * {@code schema.fbs}, version 3.
 */
final class TfliteForm {
    private static final int PAD = 34;
    private static final int RESHAPE = 22;
    private static final int CONV_2D = 3;
    private static final int FULLY_CONNECTED = 9;
    private static final int SOFTMAX = 25;

    private static final int RELU = 1;
    private static final int VALID = 1;
    private static final int INT32 = 2;
    private static final int ALIGNMENT = 16;

    private final FlatBufferBuilder file = new FlatBufferBuilder(1 << 20);
    private final Model model;
    private final int batch;
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    private final List<Integer> codes = new ArrayList<>();

    /** The value so far: its tensor and its shape in Loom's order. */
    private int value;

    private Shape shape;

    /** Whether the value has the channels last. */
    private boolean channelsLast;

    /** What a flattened value was before. */
    private int[] flattened = {};

    private TfliteForm(Model model, int batch) {
        this.model = model;
        this.batch = batch;
        this.shape = model.network().input();
    }

    static byte[] of(Model model, int batch) {
        return new TfliteForm(model, batch).file();
    }

    private byte[] file() {
        buffers.add(buffer(new byte[0]));
        if (shape.rank() == 3 && shape.dim(0) != 1) {
            throw noForm("an input of " + shape);
        }
        channelsLast = shape.rank() == 3;
        int input = result();
        value = input;
        model.network().places().forEach(this::layer);
        int all = table(offsets(tensors), ints(input), ints(value), offsets(operators), file.createString("main"));
        int subgraphs = file.createVectorOfTables(new int[] {all});
        int opcodes = file.createVectorOfTables(
                codes.stream().mapToInt(this::operatorCode).toArray());
        int description = file.createString("loom-bench");
        int contents = offsets(buffers);
        file.startTable(5);
        file.addInt(0, 3, 0);
        file.addOffset(1, opcodes, 0);
        file.addOffset(2, subgraphs, 0);
        file.addOffset(3, description, 0);
        file.addOffset(4, contents, 0);
        file.finish(file.endTable(), "TFL3");
        return file.sizedByteArray();
    }

    private void layer(Place place) {
        switch (place.layer()) {
            case Dense dense -> dense(place, dense);
            case Conv conv -> conv(place, conv);
            case Flatten flatten -> flatten();
            case Softmax softmax when softmax.kind() instanceof SoftmaxKind.Standard -> softmax();
            default -> throw noForm(place.label());
        }
    }

    private void dense(Place place, Dense dense) {
        Tensor kernel = values(place, "kernel");
        int in = kernel.shape().dim(0);
        int out = kernel.shape().dim(1);
        float[] turned = new float[in * out];
        IntUnaryOperator row = flattened.length == 0 ? i -> i : this::rowOfFlattened;
        for (int i = 0; i < in; i++) {
            for (int o = 0; o < out; o++) {
                turned[o * in + row.applyAsInt(i)] = kernel.values()[i * out + o];
            }
        }
        flattened = new int[0];
        int weights = constant(new int[] {out, in}, turned);
        int bias = dense.useBias()
                ? constant(new int[] {out}, values(place, "bias").values())
                : -1;
        int activation = activation(dense.activation());
        file.startTable(4);
        file.addByte(0, (byte) activation, 0);
        int options = file.endTable();
        shape = Shape.of(out);
        apply(FULLY_CONNECTED, 8, options, value, weights, bias);
    }

    /** Where an element of a flattened value is with the channels last. */
    private int rowOfFlattened(int i) {
        int positions = flattened[1] * flattened[2];
        return i % positions * flattened[0] + i / positions;
    }

    private void conv(Place place, Conv conv) {
        Tensor kernel = values(place, "kernel");
        int[] around = conv.padding()
                .around(2, axis -> {
                    throw noForm(conv.padding());
                })
                .toArray();
        if (conv.axes() != 2
                || conv.groups() != 1
                || !conv.useBias()
                || conv.dilation().get(0) != 1) {
            throw noForm(place.label());
        }
        if (around[0] + around[1] + around[2] + around[3] > 0) {
            int pads = constant(new int[] {4, 2}, new int[] {0, 0, around[0], around[2], around[1], around[3], 0, 0});
            shape = Shape.of(shape.dim(0), shape.dim(1) + around[0] + around[2], shape.dim(2) + around[1] + around[3]);
            apply(PAD, 22, empty(), value, pads);
        }
        int filters = kernel.shape().dim(0);
        int channels = kernel.shape().dim(1);
        int height = kernel.shape().dim(2);
        int width = kernel.shape().dim(3);
        int taps = height * width;
        float[] turned = new float[kernel.values().length];
        for (int f = 0; f < filters; f++) {
            for (int c = 0; c < channels; c++) {
                for (int t = 0; t < taps; t++) {
                    turned[(f * taps + t) * channels + c] = kernel.values()[(f * channels + c) * taps + t];
                }
            }
        }
        int weights = constant(new int[] {filters, height, width, channels}, turned);
        int bias = constant(new int[] {filters}, values(place, "bias").values());
        int strideY = conv.stride().get(0);
        int strideX = conv.stride().get(conv.stride().size() - 1);
        int activation = activation(conv.activation());
        file.startTable(6);
        file.addByte(0, (byte) VALID, 0);
        file.addInt(1, strideX, 0);
        file.addInt(2, strideY, 0);
        file.addByte(3, (byte) activation, 0);
        int options = file.endTable();
        shape = place.output();
        apply(CONV_2D, 1, options, value, weights, bias);
    }

    private void flatten() {
        if (shape.rank() == 3) {
            flattened = shape.dims();
        }
        channelsLast = false;
        shape = Shape.of(shape.elements(1));
        int extents = constant(new int[] {2}, new int[] {batch, shape.dim(0)});
        apply(RESHAPE, 0, 0, value, extents);
    }

    private void softmax() {
        file.startTable(1);
        file.addFloat(0, 1, 0);
        int options = file.endTable();
        apply(SOFTMAX, 9, options, value);
    }

    private static int activation(Activation activation) {
        if (activation == Simple.LINEAR) {
            return 0;
        }
        if (activation == Simple.RELU) {
            return RELU;
        }
        throw noForm(activation);
    }

    private static IllegalArgumentException noForm(Object what) {
        return new IllegalArgumentException(what + " has no TensorFlow Lite form here");
    }

    private Tensor values(Place place, String name) {
        return model.parameters().get(place.path() + "." + name);
    }

    // ---- The file's tables
    // --------------------------------------------------------------------------------------------

    /** An operator; the value is then what it gives, of the shape that is set. {@code options} is 0 for none. */
    private void apply(int operator, int optionsType, int options, int... inputs) {
        if (!codes.contains(operator)) {
            codes.add(operator);
        }
        value = result();
        int in = ints(inputs);
        int out = ints(value);
        file.startTable(5);
        file.addInt(0, codes.indexOf(operator), 0);
        file.addOffset(1, in, 0);
        file.addOffset(2, out, 0);
        file.addByte(3, (byte) optionsType, 0);
        file.addOffset(4, options, 0);
        operators.add(file.endTable());
    }

    /** A tensor of the shape that is set, for a batch. */
    private int result() {
        int[] dims = new int[shape.rank() + 1];
        dims[0] = batch;
        for (int i = 0; i < shape.rank(); i++) {
            dims[i + 1] = shape.dim(channelsLast ? (i + 1) % shape.rank() : i);
        }
        return tensor(dims, 0, 0);
    }

    private int constant(int[] dims, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        buffers.add(buffer(bytes.array()));
        return tensor(dims, 0, buffers.size() - 1);
    }

    private int constant(int[] dims, int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        buffers.add(buffer(bytes.array()));
        return tensor(dims, INT32, buffers.size() - 1);
    }

    private int tensor(int[] dims, int type, int buffer) {
        int extents = ints(dims);
        int name = file.createString("t" + tensors.size());
        file.startTable(9);
        file.addOffset(0, extents, 0);
        file.addByte(1, (byte) type, 0);
        file.addInt(2, buffer, 0);
        file.addOffset(3, name, 0);
        file.addBoolean(8, true, false);
        tensors.add(file.endTable());
        return tensors.size() - 1;
    }

    private int buffer(byte[] content) {
        int data = 0;
        if (content.length > 0) {
            file.createUnintializedVector(1, content.length, ALIGNMENT).put(content);
            data = file.endVector();
        }
        file.startTable(1);
        file.addOffset(0, data, 0);
        return file.endTable();
    }

    private int operatorCode(int operator) {
        file.startTable(4);
        file.addByte(0, (byte) operator, 0);
        file.addInt(2, 1, 1);
        file.addInt(3, operator, 0);
        return file.endTable();
    }

    private int empty() {
        file.startTable(0);
        return file.endTable();
    }

    private int table(int... offsets) {
        file.startTable(offsets.length);
        for (int i = 0; i < offsets.length; i++) {
            file.addOffset(i, offsets[i], 0);
        }
        return file.endTable();
    }

    private int ints(int... values) {
        file.startVector(4, values.length, 4);
        for (int i = values.length - 1; i >= 0; i--) {
            file.addInt(values[i]);
        }
        return file.endVector();
    }

    private int offsets(List<Integer> tables) {
        return file.createVectorOfTables(
                tables.stream().mapToInt(Integer::intValue).toArray());
    }
}
