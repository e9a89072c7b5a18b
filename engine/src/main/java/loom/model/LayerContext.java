package loom.model;

import java.util.function.Supplier;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.RandomKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;

/** What a layer lowers itself with: the graph under construction, its parameters, its nested layers. */
public final class LayerContext {
    private final NetworkLowering lowering;
    private final Place place;

    LayerContext(NetworkLowering lowering, Place place) {
        this.lowering = lowering;
        this.place = place;
    }

    public GraphBuilder graph() {
        return lowering.graph();
    }

    /** Whether the graph is a training step. */
    public boolean training() {
        return lowering.mode() == Mode.TRAINING;
    }

    /** Whether it is a training step that may change this layer: a frozen one keeps its statistics, and uses them. */
    public boolean learning() {
        return training() && place.learns();
    }

    /** Whether the graph answers the next positions of a sequence, with {@link #state} kept from run to run. */
    public boolean decoding() {
        return lowering.mode() == Mode.DECODING;
    }

    /** How many scores attention makes at a time. */
    Bands bands() {
        return lowering.bands();
    }

    /** Number (i32) of the first position that a decoding graph is given; the others follow it. */
    public Node position() {
        return graph().scalar(NetworkLowering.POSITION, ElementType.I32);
    }

    /**
     * What a decoding graph keeps of every sample from run to run: {@code [N, sample...]}, zeros at first. It takes a new value by
     * the graph's {@code update}.
     */
    public Node state(String name, Shape sample) {
        return graph().state(place.path() + "." + name, TensorType.f32(Samples.batched(sample)));
    }

    /** How many positions the whole sequence has that {@code x [N, positions, ...]} is of. */
    public int length(Node x) {
        return decoding() ? lowering.length() : x.shape().dim(1);
    }

    /** {@code sample} as this graph has it: in a decoding one, axis 0 is as long as the positions that a run is given. */
    public Shape positions(Shape sample) {
        return lowering.positions(sample);
    }

    /** A parameter that the layer declares for its input shape. */
    public Node parameter(String name) {
        return lowering.parameter(place, name);
    }

    /** {@code x [..., in] · w [in, out]} with a parameter that is one of the layer's {@link Layer#products}, in the layer's precision. */
    public Node product(Node x, String name) {
        Precision precision = place.options().precision();
        return precision == Precision.INT8
                ? Int8.product(this, x, name)
                : graph().matMul(x, parameter(name), precision.factors());
    }

    /** Convolution of {@code x [N, C, S...]} with such a parameter. */
    public Node convolution(Node x, String name, WindowGeometry geometry, int groups) {
        Precision precision = place.options().precision();
        return switch (precision) {
            case F32 -> graph().conv(x, parameter(name), geometry, groups);
            case BF16, F16 -> Windows.product(graph(), x, parameter(name), geometry, precision.factors());
            case INT8 -> Int8.convolution(this, x, name, geometry);
        };
    }

    /** A node that all layers share that ask with an equal key: the first one makes it. */
    public Node shared(Object key, Supplier<Node> maker) {
        return lowering.shared(key, maker);
    }

    /** Gives a value inside the layer a name, so that receipts digest it. */
    public void name(String value, Node node) {
        if (lowering.counts()) {
            graph().name(place.label() + ", " + value, node);
        }
    }

    /** What an earlier layer gave, or the network's input. */
    public Node recall(Earlier value) {
        return lowering.recall(value, place);
    }

    /** At the end of the training step, a statistic takes {@code value}. */
    public void update(String name, Node value) {
        if (lowering.counts()) {
            graph().update(parameter(name), value);
        }
    }

    /** Random numbers for every element of a shape, independent of every other call's. */
    public Node random(RandomKind kind, Shape shape, int purpose) {
        if (decoding()) {
            throw new IllegalStateException(place.label() + " draws random numbers, and says that it can be decoded");
        }
        return graph().random(kind, shape, lowering.nextDraw(), purpose);
    }

    /** Lowers a nested layer under its own label. */
    public Node child(String name, Node x) {
        for (Place p : place.children()) {
            if (p.path().equals(place.path() + "." + name)) {
                Node y = lowering.lower(p, x);
                graph().layer(place.label());
                return y;
            }
        }
        throw new IllegalArgumentException(place.label() + " has no layer " + name);
    }
}
