package loom.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.graph.Words;
import loom.machine.ScalarWords;
import loom.machine.conformance.Case;
import loom.machine.conformance.Dice;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.AdaptiveSoftmax;
import loom.model.Attention;
import loom.model.Bands;
import loom.model.BatchNorm;
import loom.model.Combine;
import loom.model.Concat;
import loom.model.Conv;
import loom.model.Declaration;
import loom.model.Dense;
import loom.model.Dropout;
import loom.model.Embedding;
import loom.model.Entmax;
import loom.model.FeedForward;
import loom.model.Filter;
import loom.model.Flatten;
import loom.model.GridScatter;
import loom.model.GridSoftmax;
import loom.model.GroupNorm;
import loom.model.GumbelSoftmax;
import loom.model.HierarchicalSoftmax;
import loom.model.Int8;
import loom.model.KMeans;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.LayerOptions;
import loom.model.MaskedSoftmax;
import loom.model.MixtureSoftmax;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Padding;
import loom.model.Parallel;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Precision;
import loom.model.Recall;
import loom.model.Reshape;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Sequential;
import loom.model.Slice;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Sparsemax;
import loom.model.Tensor;
import loom.model.TickLowering;
import loom.numeric.F32;
import loom.numeric.Philox;
import loom.numeric.Quantized;
import loom.program.Compiler;
import loom.program.Program;
import loom.train.MeanSquaredError;
import loom.train.Optimizer;
import loom.train.Sgd;
import loom.train.Training;
import loom.train.TrainingGraph;

/** Every layer in a small network: an answer and a training step. A new layer is a line of {@link #GENERAL} or of a list like {@link SpatialCases}. */
public final class LayerCases {
    /**
     * A network to try.
     *
     * @param ids if above 0, its inputs are whole numbers from 0 to below this
     */
    public record Entry(Network network, int ids) {}

    private static final List<Entry> GENERAL = List.of(
            of(
                    "dense",
                    Shape.of(7),
                    new Dense(5, Activation.Simple.GELU),
                    new Dense(3, Activation.Simple.LINEAR, false)),
            of(
                    "dense, int8",
                    Shape.of(9),
                    int8(new Dense(5, Activation.Simple.GELU)),
                    new Dense(3, Activation.Simple.TANH)),
            of("dense, bf16", Shape.of(2, 9), precise(Precision.BF16, new Dense(5, Activation.Simple.GELU))),
            of(
                    "convolutions, f16",
                    Shape.of(2, 6, 5),
                    precise(Precision.F16, new Conv(2, 5, Words.of(3, 2), Activation.Simple.RELU))),
            of("feed forward, int8", Shape.of(3, 8), int8(new FeedForward(true, 6, Activation.Simple.SILU, true))),
            of(
                    "convolutions, int8",
                    Shape.of(2, 9, 7),
                    int8(new Conv(2, 5, Words.of(3, 2), Activation.Simple.RELU)),
                    int8(new Conv(2, 3, Words.of(3, 3), Activation.Simple.TANH)
                            .withStride(Words.of(2, 2), Padding.Same.SAME)),
                    new Flatten()),
            of("dense of rows", Shape.of(3, 7), new Dense(5, Activation.Simple.TANH)),
            ofIds("embedding", Shape.of(6), 7, new Embedding(7, 5), new Dense(3, Activation.Simple.TANH)),
            ofIds(
                    "embedding with padding",
                    Shape.of(3, 4),
                    4,
                    new Embedding(4, 8).withPadding(1),
                    new Dense(2, Activation.Simple.LINEAR)),
            of("softmax", Shape.of(3, 5), new Softmax()),
            of("softmax with temperature", Shape.of(5), new Softmax(new SoftmaxKind.Temperature(0.7f))),
            of("softmax, logarithms", Shape.of(5), new Softmax(new SoftmaxKind.Standard(), true)),
            of("softmax, grid", Shape.of(2, 6), new Softmax(new GridSoftmax(2, 3, 0.5f))),
            of("softmax, hierarchical", Shape.of(2, 9), new Softmax(new HierarchicalSoftmax(3, 2))),
            of(
                    "softmax, gumbel",
                    Shape.of(5),
                    new Softmax(new GumbelSoftmax(0.7f, GumbelSoftmax.Noise.TRAINING, false))),
            of("softmax, masked", Shape.of(4), new Softmax(new MaskedSoftmax(List.of(true, false, true, true), 1))),
            of("softmax, sparsemax", Shape.of(3, 5), new Softmax(new Sparsemax(0.5f))),
            of("softmax, entmax", Shape.of(2, 5), new Softmax(new Entmax(1.5f))),
            of("softmax, entmax near softmax", Shape.of(5), new Softmax(new Entmax(1.125f, 0.5f))),
            of("adaptive_softmax", Shape.of(2, 8), new AdaptiveSoftmax(9, 3, 5)),
            of("mixture_softmax", Shape.of(2, 4), new MixtureSoftmax(5, 3)),
            of("sequential", Shape.of(4), new Sequential(List.of(new Dense(3, Activation.Simple.SILU), new Softmax()))),
            of(
                    "reshape",
                    Shape.of(2, 6),
                    new Reshape(Shape.of(3, 4)),
                    new Dense(2, Activation.Simple.SIGMOID),
                    new Flatten()),
            of("layer_norm", Shape.of(3, 40), new LayerNorm()),
            of("layer_norm of 2 axes", Shape.of(2, 3, 5), new LayerNorm(2, 1e-3f, true, false)),
            of("rms_norm", Shape.of(3, 33), new RmsNorm()),
            of("batch_norm of rows", Shape.of(6), new BatchNorm()),
            of("batch_norm of images", Shape.of(3, 2, 4), new BatchNorm(0.25f, 1e-3f, true, false)),
            of("group_norm", Shape.of(6, 2, 3), new GroupNorm(3)),
            of("dropout", Shape.of(9), new Dropout(0.25f), new Dense(4, Activation.Simple.TANH), new Dropout(0.5f)),
            of(
                    "parallel, concat",
                    Shape.of(2, 3),
                    new Parallel(
                            List.of(new Dense(2, Activation.Simple.TANH), new Sequential(List.of())), new Concat())),
            of(
                    "parallel, multiply",
                    Shape.of(3),
                    new Parallel(
                            List.of(new Dense(3, Activation.Simple.TANH), new Dense(3, Activation.Simple.SIGMOID)),
                            Combine.Elementwise.MULTIPLY)),
            of(
                    "parallel, grid_scatter",
                    Shape.of(3),
                    new Parallel(
                            List.of(new Dense(4, Activation.Simple.TANH), new Dense(2, Activation.Simple.TANH)),
                            new GridScatter(2, 1, 1, Words.of(1, 0), Words.of(0), Words.of(0)))),
            of(
                    "parallel, filter",
                    Shape.of(3),
                    new Parallel(
                            List.of(
                                    new Dense(4, Activation.Simple.TANH),
                                    new Dense(2, Activation.Simple.TANH),
                                    new Dense(3, Activation.Simple.TANH)),
                            new Filter(
                                    new Dense(3, Activation.Simple.LINEAR),
                                    new SoftmaxKind.Temperature(0.5f),
                                    Optional.of(2)))),
            of(
                    "parallel, filter of each position",
                    Shape.of(3, 4),
                    new Parallel(
                            List.of(new Dense(2, Activation.Simple.TANH), new Dense(2, Activation.Simple.SILU)),
                            new Filter(new Dense(2, Activation.Simple.LINEAR)))),
            of(
                    "kmeans",
                    Shape.of(2, 4),
                    new KMeans(
                            3,
                            List.of(new Dense(3, Activation.Simple.TANH)),
                            KMeans.Distance.EUCLIDEAN,
                            0.5f,
                            KMeans.Output.PROBABILITIES)),
            of(
                    "kmeans, cosine",
                    Shape.of(5),
                    new KMeans(3, List.of(), KMeans.Distance.COSINE, 0.5f, KMeans.Output.FEATURES)),
            of("residual", Shape.of(4), new Residual(List.of(new LayerNorm(), new Dense(4, Activation.Simple.MISH)))),
            of(
                    "layers of each position",
                    Shape.of(4, 6),
                    new Sequential(List.of(new Dense(6, Activation.Simple.SILU), new Dropout(0.5f))),
                    new Residual(List.of(new RmsNorm(), new ActivationLayer(Activation.Simple.TANH))),
                    new Reshape(Shape.of(4, 2, 3)),
                    new Dense(2, Activation.Simple.LINEAR)),
            of(
                    "slice and recall",
                    Shape.of(4, 6),
                    LayerOptions.NONE.named("keys").on(new Dense(5, Activation.Simple.TANH)),
                    new Slice(1, 1, 3),
                    new Residual(List.of(new Recall("keys"), new Dense(3, Activation.Simple.LINEAR))),
                    new Residual(List.of(new Recall("input"), new Dense(3, Activation.Simple.SIGMOID)))),
            of("slice of a sequence", Shape.of(5, 2), new Slice(0, 1, 3), new Flatten()),
            of(
                    "frozen",
                    Shape.of(4),
                    frozen(new Dense(4, Activation.Simple.TANH)),
                    new Dense(2, Activation.Simple.LINEAR)),
            of(
                    "disabled",
                    Shape.of(4),
                    disabled(new Dense(4, Activation.Simple.TANH)),
                    new Dense(2, Activation.Simple.LINEAR)),
            activations("activations up to 6", 0, 6),
            activations("activations up to 12", 6, 12),
            activations("activations up to 18", 12, 18),
            activations("activations from 18", 18, Integer.MAX_VALUE));

    public static final List<Entry> ALL = all();

    /** What a case does with its network. */
    private enum Use {
        ANSWER("", 2),
        /** Attention makes the scores of few queries at a time. */
        IN_BANDS(" in bands", 2),
        /** Of one. */
        BY_QUERY(" query by query", 2),
        TRAINING(" training", 2),
        DECODING(" decoding", 3),
        TICKS(" in ticks", 3);

        final String suffix;
        final int steps;

        Use(String suffix, int steps) {
            this.suffix = suffix;
            this.steps = steps;
        }
    }

    private record Task(Entry entry, Use use) {}

    private static final List<Task> TASKS = tasks();

    /**
     * Number of cases: each entry answers, then trains; those that can also answer position by position, those of several layers in ticks;
     * at last those with attention answer in bands.
     */
    public static final int SIZE = TASKS.size();

    private static final long SEED = 0x1_2345_6789L;

    /** Two or three queries of most cases. */
    private static final Bands BANDS = new Bands(24);

    private LayerCases() {}

    private static List<Entry> all() {
        List<Entry> all = new ArrayList<>(GENERAL);
        all.addAll(SpatialCases.ALL);
        all.addAll(AttentionCases.ALL);
        all.addAll(RecurrentCases.ALL);
        return all;
    }

    private static List<Task> tasks() {
        List<Task> tasks = new ArrayList<>();
        for (Entry e : ALL) {
            tasks.add(new Task(e, Use.ANSWER));
            tasks.add(new Task(e, Use.TRAINING));
            if (NetworkLowering.obstacle(e.network()).isEmpty()) {
                tasks.add(new Task(e, Use.DECODING));
            }
            if (TickLowering.stations(e.network()).size() > 1) {
                tasks.add(new Task(e, Use.TICKS));
            }
        }
        for (Entry e : ALL) {
            if (attends(e.network())) {
                tasks.add(new Task(e, Use.IN_BANDS));
                tasks.add(new Task(e, Use.BY_QUERY));
            }
        }
        return List.copyOf(tasks);
    }

    private static boolean attends(Network network) {
        for (Place p : network.allPlaces()) {
            if (p.layer() instanceof Attention) {
                return true;
            }
        }
        return false;
    }

    /** A network whose inputs are whole numbers from 0 to below {@code bound}. */
    static Entry ofIds(String name, Shape input, int bound, Layer... layers) {
        return new Entry(Network.of(name, input, layers), bound);
    }

    static Entry of(String name, Shape input, Layer... layers) {
        return new Entry(Network.of(name, input, layers), 0);
    }

    private static Layer int8(Layer layer) {
        return precise(Precision.INT8, layer);
    }

    private static Layer precise(Precision precision, Layer layer) {
        return LayerOptions.NONE.with(precision).on(layer);
    }

    private static Layer frozen(Layer layer) {
        return LayerOptions.NONE.asFrozen().on(layer);
    }

    private static Layer disabled(Layer layer) {
        return LayerOptions.NONE.asDisabled().on(layer);
    }

    /** Some of the registered activations with their defaults, each of a dense layer's values. */
    private static Entry activations(String name, int from, int to) {
        List<Declaration<? extends Activation>> activations = Activation.Types.ALL.declarations();
        List<Layer> layers = new ArrayList<>();
        for (int i = from; i < Math.min(to, activations.size()); i++) {
            layers.add(new Dense(6, Activation.Simple.LINEAR));
            layers.add(new ActivationLayer(activations.get(i).plain()));
        }
        return of(name, Shape.of(6), layers.toArray(new Layer[0]));
    }

    /** The initial model with its trained parameters moved a little: zeros and ones would hide mistakes. Weights of int8 are made of it. */
    public static Model model(Network network) {
        Model initial = moved(network.with(Precision.F32));
        LinkedHashMap<String, Tensor> values = new LinkedHashMap<>();
        network.parameters().forEach((name, spec) -> {
            boolean isFixed = spec.role() == ParameterSpec.Role.FIXED;
            values.put(
                    name,
                    isFixed ? int8(name, spec, initial) : initial.parameters().get(name));
        });
        return new Model(network, values, SEED, new LinkedHashMap<>());
    }

    private static Tensor int8(String name, ParameterSpec spec, Model from) {
        float[] values = new float[spec.shape().elements(1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = name.endsWith(Int8.SCALE)
                    ? (i % 3 + 1) * 0x1p-8f
                    : Quantized.toInt8(F32.mul(from.parameters().get(name).values()[i], 150));
        }
        return new Tensor(spec.shape(), values);
    }

    private static Model moved(Network network) {
        Model initial = Model.initialise(network, SEED);
        LinkedHashMap<String, Tensor> parameters = initial.parameters();
        int number = 0;
        for (String name : network.trained()) {
            float[] values = parameters.get(name).values().clone();
            for (int i = 0; i < values.length; i++) {
                float move = Philox.uniform(SEED, i, 0, number, Philox.NOISE) - 0.5f;
                values[i] = F32.add(values[i], F32.mul(0.5f, move));
            }
            parameters.put(name, new Tensor(parameters.get(name).shape(), values));
            number++;
        }
        return initial.withParameters(parameters);
    }

    /** Case number {@code seed}, and round again. */
    public static Case of(int seed) {
        Task task = TASKS.get(Math.floorMod(seed, SIZE));
        Network network = task.entry.network();
        Program program = Compiler.compile(
                switch (task.use) {
                    case ANSWER -> NetworkLowering.inference(network);
                    case IN_BANDS -> NetworkLowering.inference(network, BANDS);
                    case BY_QUERY -> NetworkLowering.inference(network, new Bands(1));
                    case TRAINING ->
                        TrainingGraph.of(network, Training.of(new MeanSquaredError(), new Sgd(), 0.125f, 1));
                    case DECODING -> NetworkLowering.decoding(network, 1);
                    case TICKS -> TickLowering.tick(network);
                });
        Dice dice = new Dice(seed);
        List<Case.Step> steps = new ArrayList<>();
        int batch = dice.between(1, 5);
        for (int step = 0; step < task.use.steps; step++) {
            LinkedHashMap<String, int[]> feeds = new LinkedHashMap<>();
            if (step == 0) {
                model(network).parameters().forEach((name, t) -> feeds.put(name, bits(t.values())));
            }
            int inputs = elements(program, NetworkLowering.INPUT, batch);
            int ids = task.entry.ids();
            feeds.put(NetworkLowering.INPUT, ids > 0 ? ids(dice, inputs, ids) : dice.floats(inputs, Dice.Values.UNIT));
            if (task.use == Use.TRAINING) {
                int targets = elements(program, TrainingGraph.TARGET, batch);
                feeds.put(TrainingGraph.TARGET, dice.floats(targets, Dice.Values.UNIT));
            }
            feeds.keySet().retainAll(program.sources().keySet());
            int[] scalars = new ScalarWords()
                    .random(SEED, step)
                    .whole(
                            NetworkLowering.POSITION,
                            Math.min(step, network.input().dim(0) - 1))
                    .real(Optimizer.LEARNING_RATE, 0.125f)
                    .of(program);
            steps.add(new Case.Step(batch, scalars, feeds));
            // Sequences go on with the samples they began with; at last others begin, with state that is zeros again.
            boolean kept = task.use == Use.DECODING || task.use == Use.TICKS;
            batch = kept && step == 0 ? batch : dice.between(1, 5);
        }
        return new Case("LAYER " + network.name() + task.use.suffix, program, steps);
    }

    private static int elements(Program program, String source, int batch) {
        return program.buffer(program.source(source)).type().shape().elements(batch);
    }

    private static int[] ids(Dice dice, int count, int bound) {
        float[] ids = new float[count];
        for (int i = 0; i < count; i++) {
            ids[i] = dice.below(bound);
        }
        return bits(ids);
    }

    private static int[] bits(float[] values) {
        return Words.bits(values).toArray();
    }
}
