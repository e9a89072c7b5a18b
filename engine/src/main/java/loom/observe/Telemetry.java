package loom.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import loom.format.Door;
import loom.graph.Graph;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.model.Activation;
import loom.model.Field;
import loom.model.FieldValues;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Place;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.train.DataCheck;
import loom.train.Dataset;
import loom.train.Training;
import loom.train.TrainingGraph;

/**
 * Looks at a model on any machine. It has a program of its own that keeps every layer's output, so that runs nobody looks at cost nothing
 * more, and a look changes nothing of what the model gives or learns. With a training it also runs the loss back: gradients by every
 * layer's output and every trained parameter.
 */
public final class Telemetry {
    private final Network network;
    private final Optional<Training> training;
    private final Execution execution;
    private final LongSupplier clock;
    private final List<Observer> observers = new ArrayList<>();
    private final LinkedHashMap<String, Activation.Simple> activations = new LinkedHashMap<>();
    private int looks;

    private Telemetry(Network network, Optional<Training> training, Execution execution, LongSupplier clock) {
        this.network = network;
        this.training = training;
        this.execution = execution;
        this.clock = clock;
        network.allPlaces().forEach(this::activation);
    }

    /** Forward only. {@code clock} counts nanoseconds. */
    public static Completion<Telemetry> open(Machine machine, Network network, LongSupplier clock) {
        Graph graph = NetworkLowering.inference(network);
        return machine.prepare(Compiler.compile(graph, Compiler.Keep.NAMED))
                .map(e -> new Telemetry(network, Optional.empty(), e, clock));
    }

    /** Forward and backward. */
    public static Completion<Telemetry> open(Machine machine, Network network, Training training, LongSupplier clock) {
        return machine.prepare(Compiler.compile(TrainingGraph.observed(network, training)))
                .map(e -> new Telemetry(network, Optional.of(training), e, clock));
    }

    public Telemetry add(Observer observer) {
        observers.add(observer);
        return this;
    }

    private void activation(Place p) {
        FieldValues fields = p.layer().fields();
        for (Field<?, ?> f : fields.fields()) {
            if (fields.get(f) instanceof Activation.Simple a) {
                activations.put(p.label(), a);
            }
        }
    }

    /** Looks at a model of the network with inputs, one sample after the other. */
    public Completion<Observation> look(Model model, float... inputs) {
        if (training.isPresent()) {
            throw new IllegalStateException("this telemetry runs back from a loss: it takes samples with targets");
        }
        int size = network.input().elements(1);
        if (inputs.length == 0 || inputs.length % size != 0) {
            throw new ShapeException("input: " + inputs.length + " numbers are no samples of " + network.input());
        }
        float[] values = inputs.clone();
        Door.round(values, "input");
        return look(model, values.length / size, () -> {
            execution.batch(values.length / size);
            execution.write(execution.program().source(NetworkLowering.INPUT), values);
        });
    }

    /** Looks at a model of the network with samples and their targets. */
    public Completion<Observation> look(Model model, Dataset samples) {
        Training t = training.orElseThrow(
                () -> new IllegalStateException("this telemetry has no training, and with it no loss"));
        new DataCheck(network, t).check(samples);
        return look(model, samples.size(), () -> TrainingGraph.feed(execution, t, samples));
    }

    private Completion<Observation> look(Model model, int samples, Runnable feed) {
        if (!model.network().equals(network)) {
            throw new IllegalArgumentException("a model of another network");
        }
        long start = clock.getAsLong();
        model.parameters().forEach((name, t) -> NamedValues.write(execution, name, t.values()));
        feed.run();
        execution.run(new ScalarWords().random(model.seed(), 0).of(execution.program()));
        return execution.finish().then(e -> readings()).map(values -> {
            Observation o = observation(model, samples, values, clock.getAsLong() - start);
            observers.forEach(observer -> observer.saw(o));
            return o;
        });
    }

    private Completion<LinkedHashMap<String, float[]>> readings() {
        Map<String, Integer> buffers = training.isPresent()
                ? execution.program().outputs()
                : execution.program().names();
        return NamedValues.floats(execution, buffers);
    }

    private Observation observation(Model model, int samples, LinkedHashMap<String, float[]> values, long nanoseconds) {
        String prefix = training.isPresent() ? TrainingGraph.VALUE : "";
        List<Observation.LayerView> layers = new ArrayList<>();
        List<Observation.ParameterView> parameters = new ArrayList<>();
        values.forEach((name, v) -> {
            if (name.startsWith(prefix)) {
                String label = name.substring(prefix.length());
                Optional<float[]> gradient = Optional.ofNullable(values.get(TrainingGraph.GRADIENT + label));
                layers.add(layer(label, samples, v, gradient.map(Stats::of)));
            }
        });
        for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
            Optional.ofNullable(values.get(TrainingGraph.GRADIENT + p.getKey()))
                    .ifPresent(g -> parameters.add(new Observation.ParameterView(
                            p.getKey(), Stats.of(p.getValue().values()), Stats.of(g))));
        }
        Optional<Float> loss =
                Optional.ofNullable(values.get(TrainingGraph.LOSS)).map(l -> l[0]);
        return new Observation(looks++, samples, nanoseconds, loss, layers, parameters);
    }

    private Observation.LayerView layer(String label, int samples, float[] output, Optional<Stats> gradient) {
        int units = output.length / samples;
        int dead = 0;
        for (int unit = 0; unit < units; unit++) {
            boolean zero = true;
            for (int sample = 0; sample < samples && zero; sample++) {
                zero = output[sample * units + unit] == 0;
            }
            dead += zero ? 1 : 0;
        }
        return new Observation.LayerView(label, Stats.of(output), units, dead, saturated(label, output), gradient);
    }

    private long saturated(String label, float... output) {
        Activation.Simple a = activations.get(label);
        if (a != Activation.Simple.SIGMOID && a != Activation.Simple.TANH) {
            return 0;
        }
        float low = a == Activation.Simple.TANH ? -0.99f : 0.01f;
        long n = 0;
        for (float v : output) {
            n += v <= low || v >= 0.99f ? 1 : 0;
        }
        return n;
    }

    /** Gives the machine's memory back. */
    public void close() {
        execution.close();
    }
}
