package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Soft k-means: to which of K learned centres c_k features f belong, {@code p_k = e^(−E_k) / Σ e^(−E)}, {@code E_k = ‖f − c_k‖²/(2T²)},
 * {@code Σ|f − c_k|/T} or {@code (1 − cos(f, c_k))/T}. These are the posteriors of equally likely Gaussian, Laplace or von
 * Mises–Fisher clusters.
 *
 * <p>{@code x [...]}, {@code f = layers(x) [..., d]}, {@code centers} c {@code [clusters, d]}; the result is {@code p [..., clusters]},
 * the expected centre {@code Σ p_k·c_k [..., d]} or the nearest one {@code [..., d]} with the derivative of the expected one (a
 * straight-through estimator, as in van den Oord et al. 2017). Layers and centres learn by the gradient, as everything does.
 *
 * @param layers that make features of the input, one after the other; none for the input itself
 */
public record KMeans(
        int clusters, List<Layer> layers, Distance distance, float temperature, Output output, Initialiser initialiser)
        implements Layer {
    public static final String CENTERS = "centers";

    /** Added to the squared length of a vector: the direction of a zero vector is zero. */
    private static final float EPSILON = 1e-12f;

    /** E·T, or E·2T² for the squared distance. */
    public enum Distance implements Declared {
        EUCLIDEAN("euclidean", "square of the straight distance"),
        MANHATTAN("manhattan", "sum of the distances along the axes"),
        COSINE("cosine", "1 − cosine of the angle");

        public static final Registry<Distance> ALL =
                new Registry<>("distance", List.of(EUCLIDEAN.declaration, MANHATTAN.declaration, COSINE.declaration));

        private final Declaration<Distance> declaration;

        Distance(String name, String doc) {
            this.declaration = Declaration.of(name, doc, this);
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }

        /** {@code f [n, d]}, {@code centers [K, d]} to {@code [n, K]}. */
        private Node of(GraphBuilder g, Node f, Node centers) {
            if (this == COSINE) {
                return g.minus(g.constant(1f), g.matMul(direction(g, f), false, direction(g, centers), true));
            }
            Node difference = g.minus(g.reshape(f, f.shape().insert(1, Extent.ONE)), centers);
            Node each = this == EUCLIDEAN ? g.times(difference, difference) : g.unary(UnaryKind.ABS, difference);
            Node sum = g.sum(each, 2);
            return g.reshape(sum, sum.shape().remove(2));
        }

        private static Node direction(GraphBuilder g, Node v) {
            return Normalisation.standardise(g, v, EPSILON, squares -> g.sum(squares, 1));
        }
    }

    /** What the layer gives. */
    public enum Output implements Declared {
        PROBABILITIES("probabilities", "p of each cluster"),
        FEATURES("features", "the expected centre Σ p·c"),
        RECONSTRUCTION("reconstruction", "the nearest centre, with the derivative of the expected one");

        public static final Registry<Output> ALL = new Registry<>(
                "kmeans output", List.of(PROBABILITIES.declaration, FEATURES.declaration, RECONSTRUCTION.declaration));

        private final Declaration<Output> declaration;

        Output(String name, String doc) {
            this.declaration = Declaration.of(name, doc, this);
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }
    }

    private static final Field<KMeans, Integer> CLUSTERS =
            Field.required("clusters", new FieldType.Whole(1, 1 << 20), KMeans::clusters, "number of centres");
    private static final Field<KMeans, List<Layer>> LAYERS = Field.optional(
            "layers", new FieldType.Layers(), List.of(), KMeans::layers, "layers that make the features, in order");
    private static final Field<KMeans, Distance> DISTANCE = Field.optional(
            "distance",
            new FieldType.Variant<>(Distance.ALL),
            Distance.EUCLIDEAN,
            KMeans::distance,
            "how far features are from a centre");
    private static final Field<KMeans, Float> TEMPERATURE = Field.optional(
            "temperature",
            new FieldType.Real(0x1p-9f, 0x1p9f),
            1f,
            KMeans::temperature,
            "T: the smaller, the more the nearest centre counts");
    private static final Field<KMeans, Output> OUTPUT = Field.optional(
            "output", new FieldType.Variant<>(Output.ALL), Output.PROBABILITIES, KMeans::output, "what it gives");
    private static final Field<KMeans, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            new Initialiser.Normal(1),
            KMeans::initialiser,
            "how the centres start");

    public static final Declaration<KMeans> TYPE = Declaration.of(
            "kmeans",
            "to which of several learned centres features belong",
            List.of(CLUSTERS, LAYERS, DISTANCE, TEMPERATURE, OUTPUT, INITIALISER),
            v -> new KMeans(
                    v.get(CLUSTERS),
                    v.get(LAYERS),
                    v.get(DISTANCE),
                    v.get(TEMPERATURE),
                    v.get(OUTPUT),
                    v.get(INITIALISER)));

    public KMeans {
        CLUSTERS.check(clusters);
        layers = List.copyOf(layers);
        TEMPERATURE.check(temperature);
    }

    public KMeans(int clusters, List<Layer> layers, Distance distance, float temperature, Output output) {
        this(clusters, layers, distance, temperature, output, new Initialiser.Normal(1));
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Child> children(Shape input) {
        return Chain.children(layers, input);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Shape features = Chain.outputShape(layers, input);
        int d = features.dim(features.rank() - 1);
        return List.of(new ParameterSpec(CENTERS, Shape.of(clusters, d), initialiser, d, clusters));
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape features = Chain.outputShape(layers, input);
        if (features.rank() < 1) {
            throw new ShapeException("kmeans needs features of at least one axis, not a scalar");
        }
        return output == Output.PROBABILITIES ? features.withDim(features.rank() - 1, Extent.of(clusters)) : features;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(Chain.outputShape(layers, input), 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node features = Chain.lower(layers, c, x);
        Node centers = c.parameter(CENTERS);
        Node far = distance.of(g, Samples.rows(g, features, 1), centers);
        float scale = distance == Distance.EUCLIDEAN ? 2 * temperature * temperature : temperature;
        Node p = Probabilities.softmax(g, g.negate(far), scale, false);
        Node y = switch (output) {
            case PROBABILITIES -> p;
            case FEATURES -> g.matMul(p, centers);
            case RECONSTRUCTION -> {
                Node nearest = Probabilities.largest(g, g.negate(far));
                yield g.surrogate(g.matMul(nearest, centers), g.matMul(p, centers));
            }
        };
        int last = features.shape().rank() - 1;
        return g.reshape(y, features.shape().withDim(last, y.shape().extent(1)));
    }
}
