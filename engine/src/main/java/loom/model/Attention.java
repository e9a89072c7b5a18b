package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.numeric.F32;

/**
 * Multi-head attention (Vaswani et al. 2017): for every head {@code softmax(sight(scale·q·kᵀ))·v}, {@code q = x·Wq + bq}, {@code k =
 * m·Wk + bk}, {@code v = m·Wv + bv}, m the input itself or an earlier value; then the heads, side by side, {@code ·Wo + bo}.
 *
 * <p>{@code x [T, d]}, {@code m [S, e]}, {@code y [T, d]}; Wq, {@code query [d, heads·size]}; Wk and Wv, {@code key} and {@code value
 * [e, key_value_heads·size]}; Wo, {@code output [heads·size, d]}; size is {@code head_dimension}. Queries are scaled before the product.
 * Between projection and scale, queries and keys may be divided by their root mean square and scaled, head by head (Henry et al.
 * 2020; {@code query_scale} and {@code key_scale [size]}), and then turned by their positions.
 *
 * @param sight which keys a query sees
 * @param memory m; without it x
 * @param qkNorm epsilon of the normalisation of queries and keys; without it there is none
 * @param scale without it 1/√size
 * @param dropout rate of {@link Dropout} of the probabilities
 * @param useBias of queries, keys and values
 */
public record Attention(
        Heads heads,
        Sight sight,
        Optional<Earlier> memory,
        Rope rope,
        Optional<Float> qkNorm,
        Optional<Float> scale,
        float dropout,
        boolean useBias,
        boolean useOutputBias,
        Initialiser initialiser)
        implements Layer {
    public static final String QUERY = "query";
    public static final String KEY = "key";
    public static final String VALUE = "value";
    public static final String OUTPUT = "output";
    public static final String SCALE = "_scale";

    private static final Field<Attention, Integer> HEADS = Heads.countField(Attention::heads);
    private static final Field<Attention, Optional<Integer>> KEY_VALUE_HEADS = Heads.keyValueField(Attention::heads);
    private static final Field<Attention, Optional<Integer>> HEAD_DIMENSION = Heads.dimensionField(Attention::heads);
    private static final Field<Attention, Boolean> CAUSAL = Sight.causalField(Attention::sight);
    private static final Field<Attention, Optional<Integer>> WINDOW = Sight.windowField(Attention::sight);
    private static final Field<Attention, Optional<Earlier>> MEMORY = Field.maybe(
            "memory",
            new FieldType.EarlierValue(),
            Attention::memory,
            "what keys and values are made of; without it the input");
    private static final Field<Attention, Optional<Earlier>> PADDING = Sight.paddingField(Attention::sight);
    private static final Field<Attention, Float> PADDING_VALUE = Sight.paddingValueField(Attention::sight);
    private static final Field<Attention, Rope> ROPE = Field.optional(
            "rope",
            new FieldType.Variant<>(Rope.Types.ALL),
            new Rope.None(),
            Attention::rope,
            "how queries and keys are turned by their positions");
    private static final Field<Attention, Optional<Float>> QK_NORM = Field.maybe(
            "qk_norm",
            new FieldType.Real(0x1p-60f, 1),
            Attention::qkNorm,
            "with it queries and keys are divided by the root of their mean square plus this, head by head, and scaled");
    private static final Field<Attention, Optional<Float>> FACTOR = Field.maybe(
            "scale",
            new FieldType.Real(0x1p-20f, 0x1p20f),
            Attention::scale,
            "factor of the queries; without it 1/√head_dimension");
    private static final Field<Attention, Float> DROPOUT = Field.optional(
            "dropout",
            new FieldType.Real(0, 0x1.fffffep-1f),
            0f,
            Attention::dropout,
            "rate of dropout of the probabilities");
    private static final Field<Attention, Boolean> USE_BIAS = Field.optional(
            "bias", new FieldType.Flag(), true, Attention::useBias, "whether queries, keys and values have biases");
    private static final Field<Attention, Boolean> USE_OUTPUT_BIAS = Field.optional(
            "output_bias", new FieldType.Flag(), true, Attention::useOutputBias, "whether the output has a bias");
    private static final Field<Attention, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            Initialiser.Scaled.GLOROT_UNIFORM,
            Attention::initialiser,
            "how the matrices start; biases start at zero");

    public static final Declaration<Attention> TYPE = Declaration.of(
            "attention",
            "multi-head attention to the sequence itself or to an earlier value",
            List.of(
                    HEADS,
                    KEY_VALUE_HEADS,
                    HEAD_DIMENSION,
                    CAUSAL,
                    WINDOW,
                    MEMORY,
                    PADDING,
                    PADDING_VALUE,
                    ROPE,
                    QK_NORM,
                    FACTOR,
                    DROPOUT,
                    USE_BIAS,
                    USE_OUTPUT_BIAS,
                    INITIALISER),
            v -> new Attention(
                    new Heads(v.get(HEADS), v.get(KEY_VALUE_HEADS), v.get(HEAD_DIMENSION)),
                    new Sight(v.get(CAUSAL), v.get(WINDOW), v.get(PADDING), v.get(PADDING_VALUE)),
                    v.get(MEMORY),
                    v.get(ROPE),
                    v.get(QK_NORM),
                    v.get(FACTOR),
                    v.get(DROPOUT),
                    v.get(USE_BIAS),
                    v.get(USE_OUTPUT_BIAS),
                    v.get(INITIALISER)));

    public Attention {
        MEMORY.check(memory);
        QK_NORM.check(qkNorm);
        FACTOR.check(scale);
        DROPOUT.check(dropout);
    }

    /** To the sequence itself, all of it. */
    public static Attention of(int heads) {
        return TYPE.make(FieldValues.of(TYPE, HEADS, heads));
    }

    private <T> Attention with(Field<Attention, T> field, T value) {
        return TYPE.make(fields().with(field, value));
    }

    public Attention withKeyValueHeads(int count) {
        return with(KEY_VALUE_HEADS, Optional.of(count));
    }

    public Attention withHeadDimension(int size) {
        return with(HEAD_DIMENSION, Optional.of(size));
    }

    public Attention causal() {
        return with(CAUSAL, true);
    }

    public Attention withWindow(int positions) {
        return with(WINDOW, Optional.of(positions));
    }

    public Attention to(Earlier value) {
        return with(MEMORY, Optional.of(value));
    }

    public Attention withPadding(Earlier value, float of) {
        return with(PADDING, Optional.of(value)).with(PADDING_VALUE, of);
    }

    public Attention with(Rope how) {
        return with(ROPE, how);
    }

    public Attention withQkNorm(float epsilon) {
        return with(QK_NORM, Optional.of(epsilon));
    }

    public Attention withScale(float factor) {
        return with(FACTOR, Optional.of(factor));
    }

    public Attention withDropout(float rate) {
        return with(DROPOUT, rate);
    }

    public Attention withBiases(boolean ofHeads, boolean ofOutput) {
        return with(USE_BIAS, ofHeads).with(USE_OUTPUT_BIAS, ofOutput);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int d = input.dim(1);
        int size = heads.size(d);
        int e = memoryShape(input).dim(1);
        List<ParameterSpec> specs = new ArrayList<>();
        Linear.parameters(specs, QUERY, d, heads.count() * size, useBias, initialiser);
        Linear.parameters(specs, KEY, e, heads.shared() * size, useBias, initialiser);
        Linear.parameters(specs, VALUE, e, heads.shared() * size, useBias, initialiser);
        Linear.parameters(specs, OUTPUT, heads.count() * size, d, useOutputBias, initialiser);
        if (qkNorm.isPresent()) {
            for (String name : List.of(QUERY, KEY)) {
                specs.add(new ParameterSpec(name + SCALE, Shape.of(size), Initialiser.Constant.ONES));
            }
        }
        return specs;
    }

    @Override
    public List<String> products() {
        return List.of(QUERY, KEY, VALUE, OUTPUT);
    }

    private Shape memoryShape(Shape input) {
        return memory.map(m ->
                        m.shape().orElseThrow(() -> new ShapeException("nothing is known of memory " + m + " here")))
                .orElse(input);
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape m = memoryShape(input);
        if (input.rank() != 2 || m.rank() != 2) {
            throw new ShapeException("attention needs [positions, features], not "
                    + (input.rank() != 2 ? "" + input : "memory " + memory.get()));
        }
        rope.check(heads.size(input.dim(1)));
        sight.check(m.dim(0));
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return sight.causal() ? Stepping.WITH_STATE : Stepping.wholeSequence("it is not causal");
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node m = memory.map(c::recall).orElse(x);
        int length = c.length(m);
        int size = heads.size(x.shape().dim(2));
        Node q = placed(c, project(c, x, QUERY, heads.count()), QUERY, c.length(x));
        Node k = placed(c, project(c, m, KEY, heads.shared()), KEY, length);
        Node v = project(c, m, VALUE, heads.shared());
        Node scaled = g.times(q, scale.orElse(F32.div(1, F32.sqrt(size))));
        Node y = new HeadAttention(c, heads, sight, dropout, x, length).of(scaled, k, v);
        return Linear.of(c, y, OUTPUT, useOutputBias);
    }

    /** {@code [N, positions, heads, size]}. */
    private Node project(LayerContext c, Node x, String name, int count) {
        Node z = Linear.of(c, x, name, useBias);
        return c.graph()
                .reshape(z, Shape.batched(x.shape().dim(1), count, z.shape().dim(2) / count));
    }

    /** Normalised and turned. */
    private Node placed(LayerContext c, Node x, String name, int length) {
        GraphBuilder g = c.graph();
        Node y = x;
        if (qkNorm.isPresent()) {
            Node unit = Normalisation.standardise(g, x, qkNorm.get(), z -> g.mean(z, 3));
            y = g.times(unit, c.parameter(name + SCALE));
        }
        return rope.turned(c, y, length);
    }
}
