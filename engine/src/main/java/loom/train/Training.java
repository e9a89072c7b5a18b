package loom.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.model.Declaration;
import loom.model.Declared;
import loom.model.Field;
import loom.model.FieldException;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Mode;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.TickLowering;

/**
 * How a model is trained. Together with model, data and seed it fixes every bit of the result.
 *
 * @param credit what the optimizer follows: the gradient, unless said
 * @param warmup steps in which the rate rises from 0 to the schedule's first, before that begins
 * @param epochs passes over the data
 * @param batch samples of one run; the last of an epoch may have fewer
 * @param accumulate runs whose gradients are averaged into one step of the optimizer
 * @param clipNorm if the norm of all gradients together is above it, they are scaled down to it (Pascanu et al. 2013)
 * @param clipValue every element of a gradient is kept within ± this, before the norm is taken
 * @param average keep of a moving average of the weights (Polyak and Juditsky 1992), which starts at the weights
 * @param weighted whether every row of the data has a weight; 0 masks it
 * @param shuffle whether every epoch has an order of its own, drawn from the seed
 * @param ticks if above 0, the network is a pipeline ({@link TickLowering}), and a sample is so many inputs and targets, one a tick
 * @param validation share of the samples, taken from the end, that is only looked at
 * @param patience epochs without a better validation loss after which training stops, and the best weights count; 0 for never
 * @param quantiseAware type whose rounding the layers compute with while weights are learned ({@code int8}, {@code int4}), so that storing them
 *     so afterwards changes nothing; empty for none
 */
public record Training(
        Loss loss,
        Optimizer optimizer,
        Credit credit,
        Schedule schedule,
        int warmup,
        int epochs,
        int batch,
        int accumulate,
        Optional<Float> clipNorm,
        Optional<Float> clipValue,
        Optional<Float> average,
        boolean weighted,
        boolean shuffle,
        int ticks,
        float validation,
        int patience,
        String quantiseAware)
        implements Declared {
    private static final FieldType.Whole COUNT = new FieldType.Whole(1, 1 << 20);
    private static final FieldType.Real BOUND = new FieldType.Real(0x1p-30f, 0x1p20f);

    public static final Field<Training, Loss> LOSS =
            Field.required("loss", new FieldType.Variant<>(Loss.Types.ALL), Training::loss, "what is made small");
    public static final Field<Training, Optimizer> OPTIMIZER = Field.optional(
            "optimizer",
            new FieldType.Variant<>(Optimizer.Types.ALL),
            new Sgd(),
            Training::optimizer,
            "how weights follow their gradients");
    public static final Field<Training, Credit> CREDIT = Field.optional(
            "credit",
            new FieldType.Variant<>(Credit.Types.ALL),
            new Backpropagation(),
            Training::credit,
            "what weights are held to account for");
    public static final Field<Training, Schedule> SCHEDULE = Field.required(
            "schedule",
            new FieldType.Variant<>(Schedule.Types.ALL),
            Training::schedule,
            "the learning rate of each step");
    public static final Field<Training, Integer> WARMUP = Field.optional(
            "warmup",
            new FieldType.Whole(0, 1 << 30),
            0,
            Training::warmup,
            "steps in which the rate rises from 0 before the schedule begins");
    public static final Field<Training, Integer> EPOCHS =
            Field.optional("epochs", COUNT, 1, Training::epochs, "passes over the data");
    public static final Field<Training, Integer> BATCH =
            Field.optional("batch", COUNT, 32, Training::batch, "samples of one run");
    public static final Field<Training, Integer> ACCUMULATE = Field.optional(
            "accumulate", COUNT, 1, Training::accumulate, "runs whose gradients are averaged into one step");
    public static final Field<Training, Optional<Float>> CLIP_NORM =
            Field.maybe("clip_norm", BOUND, Training::clipNorm, "largest norm of all gradients together");
    public static final Field<Training, Optional<Float>> CLIP_VALUE =
            Field.maybe("clip_value", BOUND, Training::clipValue, "largest magnitude of an element of a gradient");
    public static final Field<Training, Optional<Float>> AVERAGE =
            Field.maybe("average", Adam.BETA, Training::average, "how long a moving average of the weights remembers");
    public static final Field<Training, Boolean> WEIGHTED = Field.optional(
            "weighted", new FieldType.Flag(), false, Training::weighted, "whether every row of the data has a weight");
    public static final Field<Training, Boolean> SHUFFLE = Field.optional(
            "shuffle", new FieldType.Flag(), true, Training::shuffle, "whether every epoch has an order of its own");
    public static final Field<Training, Integer> TICKS = Field.optional(
            "ticks",
            new FieldType.Whole(0, 1 << 10),
            0,
            Training::ticks,
            "inputs and targets of a sample, one a tick of the network as a pipeline; 0 for no pipeline");
    public static final Field<Training, Float> VALIDATION = Field.optional(
            "validation",
            new FieldType.Real(0, 0.9f),
            0f,
            Training::validation,
            "share of the samples, from the end, that is only looked at");
    public static final Field<Training, Integer> PATIENCE = Field.optional(
            "patience",
            new FieldType.Whole(0, 1 << 20),
            0,
            Training::patience,
            "epochs without a better validation loss before training stops; 0 for never");

    public static final Field<Training, String> QUANTISE_AWARE = Field.optional(
            "quantise_aware",
            new FieldType.Text(),
            "",
            Training::quantiseAware,
            "int8 or int4: layers compute with weights rounded to it while they are learned; empty for none");

    public static final Declaration<Training> TYPE = Declaration.of(
            "training",
            "how a model is trained",
            List.of(
                    LOSS,
                    OPTIMIZER,
                    CREDIT,
                    SCHEDULE,
                    WARMUP,
                    EPOCHS,
                    BATCH,
                    ACCUMULATE,
                    CLIP_NORM,
                    CLIP_VALUE,
                    AVERAGE,
                    WEIGHTED,
                    SHUFFLE,
                    TICKS,
                    VALIDATION,
                    PATIENCE,
                    QUANTISE_AWARE),
            v -> new Training(
                    v.get(LOSS),
                    v.get(OPTIMIZER),
                    v.get(CREDIT),
                    v.get(SCHEDULE),
                    v.get(WARMUP),
                    v.get(EPOCHS),
                    v.get(BATCH),
                    v.get(ACCUMULATE),
                    v.get(CLIP_NORM),
                    v.get(CLIP_VALUE),
                    v.get(AVERAGE),
                    v.get(WEIGHTED),
                    v.get(SHUFFLE),
                    v.get(TICKS),
                    v.get(VALIDATION),
                    v.get(PATIENCE),
                    v.get(QUANTISE_AWARE)));

    public Training {
        WARMUP.check(warmup);
        EPOCHS.check(epochs);
        BATCH.check(batch);
        ACCUMULATE.check(accumulate);
        CLIP_NORM.check(clipNorm);
        CLIP_VALUE.check(clipValue);
        AVERAGE.check(average);
        TICKS.check(ticks);
        VALIDATION.check(validation);
        PATIENCE.check(patience);
        if (ticks > 0 && !(credit instanceof Backpropagation)) {
            throw new FieldException("credit", "only backpropagation goes through ticks");
        }
        if (patience > 0 && validation == 0) {
            throw new FieldException("patience", "needs a validation share above 0");
        }
        if (!quantiseAware.isEmpty() && FakeQuantisation.named(quantiseAware).isEmpty()) {
            throw new FieldException("quantise_aware", "expected int8 or int4, found \"" + quantiseAware + "\"");
        }
        if (!quantiseAware.isEmpty() && !(credit instanceof Backpropagation)) {
            throw new FieldException("credit", "only backpropagation learns weights that are rounded");
        }
    }

    /** Everything else as its default. */
    public static Training of(Loss loss, Optimizer optimizer, float rate, int batch) {
        LinkedHashMap<Field<?, ?>, Object> given = new LinkedHashMap<>();
        given.put(LOSS, loss);
        given.put(OPTIMIZER, optimizer);
        given.put(SCHEDULE, new Schedule.Constant(rate));
        given.put(BATCH, batch);
        return TYPE.make(FieldValues.of(TYPE, given));
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    /** The same with another value of one field. */
    public <T> Training with(Field<Training, T> field, T value) {
        return TYPE.make(fields().with(field, value));
    }

    /** Shape of the input of a sample. */
    public Shape input(Network network) {
        return perTick(network.input());
    }

    /** Shape of what a network gives for a sample. */
    public Shape output(Network network) {
        return perTick(network.output());
    }

    /** Shape of the target of a sample. */
    public Shape target(Network network) {
        return loss.target(output(network));
    }

    private Shape perTick(Shape shape) {
        return ticks == 0 ? shape : shape.insert(0, Extent.of(ticks));
    }

    /** Shape of the weights of a sample's rows. */
    Shape rows(Network network) {
        Shape output = output(network);
        return output.remove(output.rank() - 1);
    }

    /** Adds to a graph what is trained: the network, or the network tick by tick. */
    NetworkLowering.Lowered into(GraphBuilder g, Network network, Mode mode, Feed.Inputs inputs) {
        Node x = inputs.of(NetworkLowering.INPUT, input(network));
        NetworkLowering.Weights weights = NetworkLowering.Weights.AS_THEY_ARE;
        if (mode == Mode.TRAINING && !quantiseAware.isEmpty()) {
            weights = FakeQuantisation.named(quantiseAware).orElseThrow();
        }
        return ticks == 0
                ? NetworkLowering.into(g, network, mode, weights, x)
                : TickLowering.into(g, network, mode, weights, ticks, x);
    }

    /** What a training gives for weights that were learned: if it is aware of quantisation, those that the layers computed with. */
    Model result(Model learned) {
        return FakeQuantisation.named(quantiseAware).map(q -> q.round(learned)).orElse(learned);
    }

    /** The learning rate of a step of the optimizer. */
    float rate(int step) {
        return schedule.rateAfterWarmup(warmup, step);
    }
}
