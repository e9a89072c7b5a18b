package loom.run;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import loom.format.Door;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.inspect.Receipt;
import loom.inspect.ReceiptOptions;
import loom.inspect.Receipts;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.model.Bands;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.OnnxGraph;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.program.Program;

/**
 * A model on a machine: runs it, proves what it computed, gives the memory back. Calls may overlap; they are carried out one after
 * the other.
 */
public final class ModelRunner {
    private final Machine machine;
    private final String adapter;
    private final Model model;
    private final Graph graph;
    private final Execution plain;
    private final boolean oneSample;
    private final Turns turns = new Turns("the model");
    private Optional<Execution> named = Optional.empty();

    private ModelRunner(Machine machine, String adapter, Model model, Graph graph, Execution plain) {
        this.machine = machine;
        this.adapter = adapter;
        this.model = model;
        this.graph = graph;
        this.plain = plain;
        oneSample = OnnxGraph.takesOneSample(model.network());
    }

    /** Compiles the model for a machine and loads its parameters there. */
    public static Completion<ModelRunner> open(Machine machine, Model model) {
        return open(machine, "", model);
    }

    /** As above; {@code adapter} says for receipts what the machine runs on. */
    public static Completion<ModelRunner> open(Machine machine, String adapter, Model model) {
        return open(machine, adapter, model, Bands.USUAL);
    }

    /** As above, with attention in other bands: the bits are the same, and receipts that name the program say which it was. */
    static Completion<ModelRunner> open(Machine machine, String adapter, Model model, Bands bands) {
        Graph graph = NetworkLowering.inference(model.network(), bands);
        return load(machine, model, graph, Compiler.Keep.OUTPUTS)
                .map(execution ->
                        new ModelRunner(machine, adapter, there(model, machine, execution), graph, execution));
    }

    /**
     * The model with what it does not hold read from the machine from now on, which has the very values: whatever they were read from can go. A machine that can
     * be lost also answers later only, so there they stay where they are.
     */
    static Model there(Model model, Machine machine, Execution execution) {
        if (machine.canBeLost()) {
            return model;
        }
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        model.parameters().forEach((name, t) -> parameters.put(name, t.isHeld() ? t : there(name, t, execution)));
        return model.withParameters(parameters);
    }

    private static Tensor there(String name, Tensor t, Execution execution) {
        Optional<Integer> buffer =
                Optional.ofNullable(execution.program().sources().get(name));
        return buffer.isPresent()
                ? Tensor.kept(
                        t.shape(), () -> execution.readFloats(buffer.get()).get())
                : new Tensor(t.shape(), t.values());
    }

    /** An execution of a model's graph, with its parameters. */
    static Completion<Execution> load(Machine machine, Model model, Graph graph, Compiler.Keep keep) {
        return machine.prepare(Compiler.compile(graph, keep)).map(execution -> {
            model.parameters().forEach((name, t) -> NamedValues.write(execution, name, t::values));
            return execution;
        });
    }

    /** What is run. Values that the model was opened without ({@link Tensor#isHeld}) are there until this is closed. */
    public Model model() {
        return model;
    }

    public Machine machine() {
        return machine;
    }

    public Graph graph() {
        return graph;
    }

    public Program program() {
        return plain.program();
    }

    /** Bytes that the machine holds for the model. */
    public long memoryBytes() {
        return plain.memoryBytes() + named.map(Execution::memoryBytes).orElse(0L);
    }

    /** Output {@code [batch, ...]} for {@code batch} samples, one after the other in {@code input}. */
    public Completion<float[]> run(float[] input, int batch) {
        return run(input, batch, 0);
    }

    /** As above; random numbers, if the network has any, are those of the model's seed and {@code step}. */
    public Completion<float[]> run(float[] input, int batch, int step) {
        return turns.queue(() -> {
            start(plain, admit(input, batch), batch, step);
            return plain.finish().then(e -> e.readFloats(e.program().output(NetworkLowering.OUTPUT)));
        });
    }

    /** As above for a platform that moves values itself: {@code feed} writes the input, admitted, {@code take} reads the output. */
    public <T> Completion<T> run(int batch, Consumer<Execution> feed, Function<Execution, Completion<T>> take) {
        return turns.queue(() -> {
            plain.batch(batch);
            feed.accept(plain);
            plain.run(scalars(plain, 0));
            return plain.finish().then(take);
        });
    }

    /** As above for one sample {@code [...]} or a batch {@code [n, ...]}; the output has the same form. */
    public Completion<Tensor> run(Tensor input) {
        return Completion.of(input.shape()).map(this::batchOf).then(batch -> {
            boolean single = input.shape().equals(model.network().input());
            Shape sample = model.network().output();
            Shape shape = single ? sample : sample.insert(0, Extent.of(batch));
            return run(input.values(), batch).map(values -> new Tensor(shape, values));
        });
    }

    /** Runs and makes a receipt of it. */
    public Completion<Receipt> receipt(float[] input, int batch, ReceiptOptions options) {
        return turns.queue(() -> {
            float[] x = admit(input, batch);
            Shape shape = model.network().input().insert(0, Extent.of(batch));
            Receipts.Run run = new Receipts.Run(machine, adapter, model, graph, new Tensor(shape, x), batch);
            Completion<Execution> kept = named().then(e -> {
                start(e, x, batch, options.step());
                return e.finish();
            });
            return kept.then(e ->
                    options.trace() ? traced(run, options, e, x) : Receipts.make(run, options, e, Optional.empty()));
        });
    }

    /** As above for one sample or a batch of them. */
    public Completion<Receipt> receipt(Tensor input, ReceiptOptions options) {
        return Completion.of(input.shape()).map(this::batchOf).then(batch -> receipt(input.values(), batch, options));
    }

    /** Traces are rare and large: their execution does not stay. What one has of attention is not there band by band. */
    private Completion<Receipt> traced(Receipts.Run run, ReceiptOptions options, Execution kept, float[] x) {
        Graph whole = NetworkLowering.inference(model.network(), Bands.NONE);
        Program fused = Compiler.compile(whole, Compiler.Keep.NAMED);
        return load(machine, model, whole, Compiler.Keep.ALL).then(all -> {
            start(all, x, run.batch(), options.step());
            return all.finish()
                    .then(e -> Receipts.make(run, options, kept, Optional.of(new Receipts.Trace(whole, fused, e))))
                    .whenEnded(all::close);
        });
    }

    /** The execution that keeps every layer's output; made for the first receipt. */
    private Completion<Execution> named() {
        if (named.isPresent()) {
            return Completion.of(named.get());
        }
        return load(machine, model, graph, Compiler.Keep.NAMED).map(e -> {
            named = Optional.of(e);
            return e;
        });
    }

    /** How many samples a tensor holds: it is one sample, or a list of them along its first axis. */
    public int batchOf(Shape shape) {
        Shape sample = model.network().input();
        if (shape.equals(sample)) {
            return 1;
        }
        if (shape.rank() == sample.rank() + 1 && shape.remove(0).equals(sample)) {
            return shape.dim(0);
        }
        throw new ShapeException("input: expected shape " + sample + " or [n,"
                + sample.toString().substring(1) + ", found " + shape);
    }

    /** Refuses an input of another length than {@code batch} samples have. */
    public void check(int length, int batch) {
        Shape sample = model.network().input();
        long expected = (long) sample.elements(1) * batch;
        if (batch < 1 || length != expected) {
            throw new ShapeException("input: expected " + expected + " numbers for " + batch + " samples of " + sample
                    + ", found " + length);
        }
        if (batch > 1 && oneSample) {
            throw new ShapeException("input: this model takes one sample at a time, found " + batch);
        }
    }

    /** Input at the door: counted, copied, rounded into the machine's domain. */
    private float[] admit(float[] input, int batch) {
        check(input.length, batch);
        float[] values = input.clone();
        Door.round(values, "input");
        return values;
    }

    private void start(Execution e, float[] input, int batch, int step) {
        e.batch(batch);
        e.write(e.program().source(NetworkLowering.INPUT), input);
        e.run(scalars(e, step));
    }

    private int[] scalars(Execution e, int step) {
        return new ScalarWords().random(model.seed(), step).of(e.program());
    }

    /** Gives the machine's memory back, after the calls under way. */
    public void close() {
        turns.close(() -> {
            plain.close();
            named.ifPresent(Execution::close);
        });
    }
}
