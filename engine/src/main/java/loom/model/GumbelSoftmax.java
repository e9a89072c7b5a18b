package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.RandomKind;
import loom.numeric.Philox;

/**
 * Sample from the classes that can be differentiated (Jang, Gu and Poole 2016; Maddison, Mnih and Teh 2016): standard softmax of
 * {@code (x + n)/T}, {@code n = −ln(−ln u)}, u uniform in (0, 1) and drawn anew for every logit, sample and step.
 *
 * @param noise when there is noise; without it n = 0
 * @param hard whether the result is 1 at the largest probability and else 0, with the derivative of the probabilities
 */
public record GumbelSoftmax(float temperature, Noise noise, boolean hard) implements SoftmaxKind {
    /** When noise is added. */
    public enum Noise implements Declared {
        TRAINING("training", "in training steps"),
        ALWAYS("always", "in training steps and in answers");

        public static final Registry<Noise> ALL =
                new Registry<>("gumbel noise", List.of(TRAINING.declaration, ALWAYS.declaration));

        private final Declaration<Noise> declaration;

        Noise(String name, String doc) {
            this.declaration = Declaration.of(name, doc, this);
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }
    }

    private static final Field<GumbelSoftmax, Float> TEMPERATURE =
            Probabilities.temperature(GumbelSoftmax::temperature);
    private static final Field<GumbelSoftmax, Noise> NOISE = Field.optional(
            "noise", new FieldType.Variant<>(Noise.ALL), Noise.TRAINING, GumbelSoftmax::noise, "when there is noise");
    private static final Field<GumbelSoftmax, Boolean> HARD = Field.optional(
            "hard",
            new FieldType.Flag(),
            false,
            GumbelSoftmax::hard,
            "whether the largest becomes 1 and the others 0, with the derivative of the soft result");

    static final Declaration<GumbelSoftmax> TYPE = Declaration.of(
            "gumbel",
            "e^((x+n)/T) / Σ e^((x+n)/T), n = −ln(−ln u), u uniform in (0, 1)",
            List.of(TEMPERATURE, NOISE, HARD),
            v -> new GumbelSoftmax(v.get(TEMPERATURE), v.get(NOISE), v.get(HARD)));

    public GumbelSoftmax {
        TEMPERATURE.check(temperature);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public boolean isNoisy() {
        return noise == Noise.ALWAYS;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node z = x;
        if (noise == Noise.ALWAYS || c.training()) {
            Node u = c.random(RandomKind.OPEN_UNIFORM, x.shape(), Philox.NOISE);
            z = g.minus(x, g.log(g.negate(g.log(u))));
        }
        Node p = Probabilities.softmax(g, z, temperature, false);
        return hard ? g.surrogate(Probabilities.largest(g, z), p) : p;
    }
}
