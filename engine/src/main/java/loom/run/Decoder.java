package loom.run;

import loom.format.Door;
import loom.graph.Graph;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.model.LayerContext;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.program.Compiler;

/**
 * A model that answers a sequence position by position: axis 0 of its input. It keeps what later positions need ({@link
 * LayerContext#state}), and its answers have the bits that {@link ModelRunner} gives for the whole sequence, wherever those follow
 * from the positions so far. Every sample of the batch has its own state. Calls may overlap; they are carried out one after the
 * other.
 */
public final class Decoder {
    private final Model model;
    private final Execution execution;
    private final int batch;
    private final int chunk;
    private final Turns turns = new Turns("the decoder");
    private int position;

    private Decoder(Model model, Execution execution, int batch, int chunk) {
        this.model = model;
        this.execution = execution;
        this.batch = batch;
        this.chunk = chunk;
    }

    /** One sequence, a position a step. */
    public static Completion<Decoder> open(Machine machine, Model model) {
        return open(machine, model, 1, 1);
    }

    /**
     * As many sequences side by side as {@code batch} says, {@code chunk} positions a step. Throws {@link
     * loom.model.LayerException} for a layer that needs the whole sequence at once.
     */
    public static Completion<Decoder> open(Machine machine, Model model, int batch, int chunk) {
        int capacity = model.network().input().dim(0);
        if (chunk < 1 || chunk > capacity) {
            throw new ShapeException("a step of " + chunk + " positions of a sequence of " + capacity);
        }
        Graph graph = NetworkLowering.decoding(model.network(), chunk);
        return ModelRunner.load(machine, model, graph, Compiler.Keep.OUTPUTS).map(execution -> {
            execution.batch(batch);
            return new Decoder(ModelRunner.there(model, machine, execution), execution, batch, chunk);
        });
    }

    /** As {@link ModelRunner#model}. */
    public Model model() {
        return model;
    }

    public int batch() {
        return batch;
    }

    /** Positions that the network has. */
    public int capacity() {
        return model.network().input().dim(0);
    }

    /** Positions answered since the start or the last {@link #reset}. */
    public int position() {
        return position;
    }

    /** Output {@code [batch, chunk, ...]} at the next positions for the input {@code [batch, chunk, ...]} there. */
    public Completion<float[]> step(float... rows) {
        return turns.queue(() -> {
            Shape sample = model.network().input();
            int expected = batch * chunk * (sample.elements(1) / sample.dim(0));
            if (rows.length != expected) {
                throw new ShapeException("step: expected " + expected + " numbers for " + batch + " samples, " + chunk
                        + " of the positions of " + sample + ", found " + rows.length);
            }
            if (position + chunk > capacity()) {
                throw new IllegalStateException("the sequence has " + capacity() + " positions, of which " + position
                        + " are used: no room for " + chunk + " more");
            }
            float[] values = rows.clone();
            Door.round(values, "input");
            execution.write(execution.program().source(NetworkLowering.INPUT), values);
            execution.run(new ScalarWords()
                    .random(model.seed(), 0)
                    .whole(NetworkLowering.POSITION, position)
                    .of(execution.program()));
            return execution.finish().then(e -> {
                position += chunk;
                return e.readFloats(e.program().output(NetworkLowering.OUTPUT));
            });
        });
    }

    /** Starts new sequences. */
    public Completion<Decoder> reset() {
        return turns.queue(() -> {
            SampleStates.clear(execution, batch);
            position = 0;
            return Completion.of(this);
        });
    }

    /** Bytes that the machine holds for the model and its state. */
    public long memoryBytes() {
        return execution.memoryBytes();
    }

    /** Gives the machine's memory back, after the calls under way. */
    public void close() {
        turns.close(execution::close);
    }
}
