package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.ModelException.Code;
import loom.graph.Words;
import loom.model.OnnxGraph;
import loom.onnx.Protobuf.Longs;

/** Reads {@code ModelProto}. Unknown fields are passed over, as protocol buffers have it; everything else is checked. */
final class OnnxReader {
    private final TensorReader tensors = new TensorReader();

    /** What became of numbers on the way in. */
    TensorReader tensors() {
        return tensors;
    }

    OnnxFile read(String file, byte[] bytes) {
        Protobuf m = Protobuf.of(file, bytes);
        String producer = "";
        LinkedHashMap<String, Long> opsets = new LinkedHashMap<>();
        OnnxFile.Graph graph = null;
        while (m.next()) {
            switch (m.number()) {
                case 2 -> producer = m.text();
                case 7 -> {
                    if (graph != null) {
                        throw m.error(Code.FORMAT, "two graphs", "");
                    }
                    graph = graph(m.message("graph"));
                }
                case 8 -> opset(m.message("opset_import[" + opsets.size() + "]"), opsets);
                case 25 ->
                    throw m.error(
                            Code.UNSUPPORTED, "functions of the model's own are not read", "inline them when saving");
                default -> {} // versions, documentation, metadata, training
            }
        }
        if (graph == null) {
            throw m.error(Code.FORMAT, "no graph", "is this an ONNX file?");
        }
        if (!opsets.containsKey("")) {
            throw m.error(Code.FORMAT, "does not say its opset", "is this an ONNX file?");
        }
        return new OnnxFile(file, producer, opsets, graph);
    }

    private static void opset(Protobuf m, LinkedHashMap<String, Long> opsets) {
        String domain = "";
        long version = 0;
        while (m.next()) {
            switch (m.number()) {
                case 1 -> domain = m.text();
                case 2 -> version = m.whole();
                default -> {}
            }
        }
        opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
    }

    private OnnxFile.Graph graph(Protobuf m) {
        String name = "";
        List<OnnxFile.Node> nodes = new ArrayList<>();
        LinkedHashMap<String, Known> initialisers = new LinkedHashMap<>();
        List<OnnxFile.Port> inputs = new ArrayList<>();
        List<OnnxFile.Port> outputs = new ArrayList<>();
        while (m.next()) {
            switch (m.number()) {
                case 1 -> nodes.add(node(m.message("node[" + nodes.size() + "]")));
                case 2 -> name = m.text();
                case 5 -> {
                    Protobuf t = m.message("initializer[" + initialisers.size() + "]");
                    TensorReader.Named tensor = tensors.read(t);
                    if (initialisers.put(tensor.name(), tensor.value()) != null) {
                        throw t.error(Code.KEY, "two initializers " + TensorReader.quoted(tensor.name()), "");
                    }
                }
                case 11 -> inputs.add(port(m.message("input[" + inputs.size() + "]")));
                case 12 -> outputs.add(port(m.message("output[" + outputs.size() + "]")));
                case 15 -> throw m.error(Code.UNSUPPORTED, "sparse initializers are not read", "");
                default -> {} // documentation, shapes of values in between, quantisation notes
            }
        }
        return new OnnxFile.Graph(m.path(), name, nodes, initialisers, inputs, outputs);
    }

    private OnnxFile.Node node(Protobuf m) {
        String op = "";
        String domain = "";
        String name = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        LinkedHashMap<String, OnnxFile.Attribute> attributes = new LinkedHashMap<>();
        int count = 0;
        while (m.next()) {
            switch (m.number()) {
                case 1 -> inputs.add(m.text());
                case 2 -> outputs.add(m.text());
                case 3 -> name = m.text();
                case 4 -> op = m.text();
                case 5 -> attribute(m.message("attribute[" + count++ + "]"), attributes);
                case 7 -> domain = m.text();
                default -> {}
            }
        }
        if (op.isEmpty()) {
            throw m.error(Code.KEY, "a node without an operator", "");
        }
        return new OnnxFile.Node(
                m.path(), op, domain.equals("ai.onnx") ? "" : domain, name, inputs, outputs, attributes);
    }

    private void attribute(Protobuf m, LinkedHashMap<String, OnnxFile.Attribute> attributes) {
        String name = "";
        float real = 0;
        long whole = 0;
        String text = "";
        Longs reals = new Longs();
        Longs wholes = new Longs();
        List<String> texts = new ArrayList<>();
        Known tensor = null;
        OnnxFile.Graph graph = null;
        long type = 0;
        while (m.next()) {
            switch (m.number()) {
                case 1 -> name = m.text();
                case 2 -> real = m.real();
                case 3 -> whole = m.whole();
                case 4 -> text = m.text();
                case 5 -> tensor = tensors.read(m.message("t")).value();
                case 6 -> graph = graph(m.message("g"));
                case 7 -> m.fixeds(reals, 4);
                case 8 -> m.wholes(wholes);
                case 9 -> texts.add(m.text());
                case 20 -> type = m.whole();
                case 21 -> throw m.error(Code.UNSUPPORTED, "an attribute of a function", "");
                default -> {}
            }
        }
        if (name.isEmpty()) {
            throw m.error(Code.KEY, "an attribute without a name", "");
        }
        OnnxFile.Attribute value = switch ((int) Math.min(type, 100)) {
            case 1 -> plain(OnnxGraph.reals(false, finite(m, name, real)));
            case 2 -> plain(new OnnxGraph.Wholes(false, Words.of(narrowed(whole))));
            case 3 -> plain(new OnnxGraph.Texts(false, List.of(text)));
            case 4 -> new OnnxFile.Attribute.Tensor(there(m, name, tensor));
            case 5 -> new OnnxFile.Attribute.Inner(there(m, name, graph));
            case 6 -> plain(realList(m, name, reals));
            case 7 -> plain(wholeList(wholes));
            case 8 -> plain(new OnnxGraph.Texts(true, texts));
            default ->
                throw m.error(Code.UNSUPPORTED, "attribute " + TensorReader.quoted(name) + " has type " + type, "");
        };
        if (attributes.put(name, value) != null) {
            throw m.error(Code.KEY, "two attributes " + TensorReader.quoted(name), "");
        }
    }

    private static OnnxFile.Attribute plain(OnnxGraph.Attribute a) {
        return new OnnxFile.Attribute.Plain(a);
    }

    private static <T> T there(Protobuf m, String name, T value) {
        if (value == null) {
            throw m.error(Code.KEY, "attribute " + TensorReader.quoted(name) + " has no value of its type", "");
        }
        return value;
    }

    private static OnnxGraph.Attribute realList(Protobuf m, String name, Longs bits) {
        float[] values = new float[bits.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = finite(m, name, Float.intBitsToFloat((int) bits.get(i)));
        }
        return OnnxGraph.reals(true, values);
    }

    private static OnnxGraph.Attribute wholeList(Longs list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = narrowed(list.get(i));
        }
        return new OnnxGraph.Wholes(true, Words.of(values));
    }

    private static float finite(Protobuf m, String name, float v) {
        if (Float.isNaN(v) || Float.isInfinite(v)) {
            throw m.error(Code.NUMBER, "attribute " + TensorReader.quoted(name) + " is not a finite number", "");
        }
        return loom.numeric.Domain.roundD(Math.max(-0x1p50f, Math.min(0x1p50f, v)));
    }

    /** Larger ones stand for "to the end". */
    static int narrowed(long v) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, v));
    }

    // ---- values that enter and leave ----

    private static OnnxFile.Port port(Protobuf m) {
        String name = "";
        int type = 0;
        List<OnnxFile.Dim> dims = new ArrayList<>();
        boolean shaped = false;
        while (m.next()) {
            switch (m.number()) {
                case 1 -> name = m.text();
                case 2 -> {
                    Protobuf t = m.message("type");
                    while (t.next()) {
                        switch (t.number()) {
                            case 1 -> {
                                Protobuf tensor = t.message("tensor_type");
                                while (tensor.next()) {
                                    if (tensor.number() == 1) {
                                        type = (int) tensor.whole();
                                    } else if (tensor.number() == 2) {
                                        shaped = true;
                                        dims(tensor.message("shape"), dims);
                                    }
                                }
                            }
                            case 4, 5, 8, 9 ->
                                throw m.error(
                                        Code.UNSUPPORTED,
                                        TensorReader.quoted(name) + " is no tensor but a sequence, map or the like",
                                        "");
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        if (name.isEmpty()) {
            throw m.error(Code.KEY, "a value without a name", "");
        }
        return new OnnxFile.Port(m.path(), name, type, dims, shaped);
    }

    private static void dims(Protobuf m, List<OnnxFile.Dim> dims) {
        while (m.next()) {
            if (m.number() == 1) {
                Protobuf d = m.message("dim[" + dims.size() + "]");
                long size = -1;
                String name = "";
                while (d.next()) {
                    if (d.number() == 1) {
                        size = d.whole();
                    } else if (d.number() == 2) {
                        name = d.text();
                    }
                }
                dims.add(new OnnxFile.Dim(size, name));
            }
        }
    }
}
