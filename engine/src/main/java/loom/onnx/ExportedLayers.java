package loom.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.WindowGeometry;
import loom.model.AvgPool;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.MaxPool;
import loom.model.Place;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tensor;
import loom.onnx.OnnxWriter.Attribute;

/** Layers that are one operator of ONNX: readers of the file know those, and compute them faster than their primitives. */
final class ExportedLayers {
    private final OnnxExport to;
    private final Map<String, Place> places;
    /** What a layer gives, and what it takes. */
    private final Map<Node, Node> inputs = new LinkedHashMap<>();

    private final Set<Node> others = new LinkedHashSet<>();

    ExportedLayers(OnnxExport to, Map<String, Place> places) {
        this.to = to;
        this.places = places;
    }

    /** Whether a node is what such a layer gives. */
    boolean covers(Node n) {
        Place p = places.get(n.layer());
        if (p == null || p.options().disabled() || !n.layer().equals(to.label(n)) || !isOperator(p.layer())) {
            return false;
        }
        if (!inputs.containsKey(n) && !others.contains(n)) {
            List<Node> outside = new ArrayList<>();
            outside(n, n.layer(), new LinkedHashSet<>(), outside);
            if (outside.size() == 1) {
                inputs.put(n, outside.get(0));
            } else {
                others.add(n);
            }
        }
        return inputs.containsKey(n);
    }

    private static boolean isOperator(Layer layer) {
        return layer instanceof MaxPool
                || layer instanceof AvgPool
                || layer instanceof LayerNorm
                || layer instanceof Softmax s && s.kind() instanceof SoftmaxKind.Standard;
    }

    /** Values that a layer's nodes read and other layers gave. */
    private static void outside(Node n, String layer, Set<Node> seen, List<Node> found) {
        for (Node x : n.inputs()) {
            if (seen.add(x)) {
                if (x.layer().equals(layer) && !(x.op() instanceof Op.Source)) {
                    outside(x, layer, seen, found);
                } else if (!(x.op() instanceof Op.Source) || x.op() instanceof Op.Input) {
                    found.add(x);
                }
            }
        }
    }

    Node input(Node n) {
        return inputs.get(n);
    }

    void write(Node n) {
        Place p = places.get(n.layer());
        String x = to.full(input(n));
        Layer layer = p.layer();
        if (layer instanceof Softmax s) {
            to.put(n, to.node(n, s.log() ? "LogSoftmax" : "Softmax", List.of(x), Attribute.of("axis", -1)));
        } else if (layer instanceof LayerNorm norm) {
            to.put(n, layerNorm(n, p, norm, x));
        } else if (layer instanceof MaxPool pool) {
            to.put(n, to.node(n, "MaxPool", List.of(x), window(pool.geometry(p.input()))));
        } else if (layer instanceof AvgPool pool) {
            Attribute[] window = window(pool.geometry(p.input()));
            Attribute[] all = Arrays.copyOf(window, window.length + 2);
            all[window.length] = Attribute.of("count_include_pad", pool.countPadding() ? 1 : 0);
            all[window.length + 1] = Attribute.of("ceil_mode", pool.ceil() ? 1 : 0);
            to.put(n, to.node(n, "AveragePool", List.of(x), all));
        }
    }

    private String layerNorm(Node n, Place p, LayerNorm norm, String x) {
        int rank = p.input().rank();
        int[] dims = new int[norm.axes()];
        System.arraycopy(p.input().dims(), rank - norm.axes(), dims, 0, dims.length);
        List<String> operands = new ArrayList<>(List.of(x));
        operands.add(norm.useScale() ? parameter(p, "scale") : ones(Shape.of(dims)));
        if (norm.useBias()) {
            operands.add(parameter(p, "bias"));
        }
        return to.node(
                n,
                "LayerNormalization",
                operands,
                Attribute.of("axis", -norm.axes()),
                Attribute.real("epsilon", norm.epsilon()));
    }

    private String parameter(Place p, String name) {
        String whole = p.path() + "." + name;
        return to.constant(whole, to.parameter(whole));
    }

    private String ones(Shape shape) {
        float[] ones = new float[shape.elements(1)];
        Arrays.fill(ones, 1);
        return to.constant("ones " + shape, new Tensor(shape, ones));
    }

    private static Attribute[] window(WindowGeometry g) {
        int[] pads = new int[2 * g.rank()];
        for (int i = 0; i < g.rank(); i++) {
            pads[i] = g.before().get(i);
            pads[g.rank() + i] = g.after().get(i);
        }
        return new Attribute[] {
            Attribute.list("kernel_shape", g.kernel().toArray()),
            Attribute.list("pads", pads),
            Attribute.list("strides", g.strides().toArray()),
            Attribute.list("dilations", g.dilations().toArray())
        };
    }
}
