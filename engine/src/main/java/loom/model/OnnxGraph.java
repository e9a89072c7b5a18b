package loom.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.graph.Words;

/**
 * Operators of ONNX in the order they run, reading and writing values by name: what {@link Onnx} computes.
 *
 * @param opset version of the operators' meanings
 * @param oneSample whether every extent is fixed, so that the graph takes one sample at a time
 * @param outputs in the order that the layer gives them
 * @param weights values that the layer's parameters hold
 * @param constants values that are part of the graph
 */
public record OnnxGraph(
        int opset,
        boolean oneSample,
        List<Port> inputs,
        List<Port> outputs,
        List<Weight> weights,
        List<Constant> constants,
        List<Node> nodes) {
    /**
     * A value that enters or leaves.
     *
     * @param dims extents; that of the batch axis is 1
     * @param batchAxis -1 for none
     * @param whole whether its values are whole numbers
     */
    public record Port(String name, Words dims, int batchAxis, boolean whole) {
        /** How many numbers a sample has. */
        public int elements() {
            return shape().elements(1);
        }

        /** In the graph. */
        public Shape shape() {
            return Shape.of(dims.toArray(), batchAxis);
        }

        /** Of one sample: without the batch axis. */
        public Shape sample() {
            return batchAxis < 0 ? shape() : shape().remove(batchAxis);
        }
    }

    /** A parameter; {@code trained} is false of a statistic. */
    public record Weight(String name, Shape shape, boolean trained) {}

    /**
     * A value known when the network is made.
     *
     * @param dims row-major extents, of which some may be 0
     * @param bits of whole numbers, or of f32 if {@code real}
     */
    public record Constant(String name, Words dims, boolean real, Words bits) {}

    /**
     * An operator.
     *
     * @param op as in {@code Conv}
     * @param inputs names of values; "" for one that is left out
     */
    public record Node(
            String op, List<String> inputs, List<String> outputs, LinkedHashMap<String, Attribute> attributes) {
        public Node {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            attributes = new LinkedHashMap<>(attributes);
        }
    }

    /** Value of an attribute. */
    public sealed interface Attribute {}

    /** One whole number or a list of them; so are written real ones that are whole. */
    public record Wholes(boolean list, Words values) implements Attribute {}

    /** One number or a list of them. */
    public record Reals(boolean list, Words bits) implements Attribute {}

    /** One text or a list of them. */
    public record Texts(boolean list, List<String> values) implements Attribute {
        public Texts {
            values = List.copyOf(values);
        }
    }

    public OnnxGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        weights = List.copyOf(weights);
        constants = List.copyOf(constants);
        nodes = List.copyOf(nodes);
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw new FieldException("graph", "expected at least one input and one output");
        }
    }

    /** Real numbers as an attribute: whole ones if all are, so that what is read from a file of ours is equal. */
    public static Attribute reals(boolean list, float... values) {
        int[] wholes = new int[values.length];
        boolean whole = true;
        for (int i = 0; i < values.length; i++) {
            wholes[i] = (int) values[i];
            whole &= wholes[i] == values[i] && wholes[i] != Integer.MAX_VALUE && wholes[i] != Integer.MIN_VALUE;
        }
        return whole ? new Wholes(list, Words.of(wholes)) : new Reals(list, Words.bits(values));
    }

    /**
     * Shape of a sample as the network has it: that of the only value, if its batch axis is the first; else all samples of the
     * values one after the other.
     */
    static Shape sample(List<Port> ports) {
        if (isPlain(ports)) {
            return ports.get(0).sample();
        }
        long total = 0;
        for (Port p : ports) {
            total += p.elements();
        }
        return Shape.of(Math.toIntExact(Math.min(total, Integer.MAX_VALUE)));
    }

    /** Whether the only value stands in the network as it is. */
    static boolean isPlain(List<Port> ports) {
        Port p = ports.get(0);
        int rank = p.dims().size() - (p.batchAxis() < 0 ? 0 : 1);
        return ports.size() == 1 && p.batchAxis() <= 0 && rank >= 1 && rank < Shape.MAX_RANK;
    }

    /** The inputs of a network that begins with such a graph. */
    public static Optional<List<Port>> namedInputs(Network network) {
        List<Place> places = network.places();
        return places.isEmpty() || !(places.get(0).layer() instanceof Onnx o)
                ? Optional.empty()
                : Optional.of(o.graph().inputs());
    }

    /** The outputs of a network that ends with such a graph. */
    public static Optional<List<Port>> namedOutputs(Network network) {
        List<Place> places = network.places();
        return places.isEmpty() || !(places.get(places.size() - 1).layer() instanceof Onnx o)
                ? Optional.empty()
                : Optional.of(o.graph().outputs());
    }

    /** Whether a layer of the network has only fixed extents, the number of samples among them. */
    public static boolean takesOneSample(Network network) {
        for (Place p : network.places()) {
            if (p.layer() instanceof Onnx o && o.graph().oneSample()) {
                return true;
            }
        }
        return false;
    }

    static Extent batch() {
        return new Extent(1, true);
    }
}
