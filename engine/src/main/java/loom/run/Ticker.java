package loom.run;

import java.util.List;
import java.util.Optional;
import loom.format.Door;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Place;
import loom.model.TickLowering;
import loom.program.Compiler;

/**
 * A model as a pipeline, tick by tick: see {@link TickLowering}. The input stays until it is set again, the output can be read after every
 * tick, and what any layer gave, too. Every sample of the batch has its own pipeline. Calls may overlap; they are carried out one after
 * the other.
 */
public final class Ticker {
    private final Model model;
    private final Execution execution;
    private final int batch;
    private final List<Place> stations;
    private final Turns turns = new Turns("the pipeline");
    private int ticks;

    private Ticker(Model model, Execution execution, int batch) {
        this.model = model;
        this.execution = execution;
        this.batch = batch;
        this.stations = TickLowering.stations(model.network());
    }

    /** As many pipelines side by side as {@code batch} says, empty: all layers and the input are zeros. */
    public static Completion<Ticker> open(Machine machine, Model model, int batch) {
        return ModelRunner.load(machine, model, TickLowering.tick(model.network()), Compiler.Keep.OUTPUTS)
                .map(execution -> {
                    execution.batch(batch);
                    Ticker t = new Ticker(model, execution, batch);
                    t.write(new float[t.inputs()]);
                    return t;
                });
    }

    private int inputs() {
        return batch * model.network().input().elements(1);
    }

    private void write(float... values) {
        Optional.ofNullable(execution.program().sources().get(NetworkLowering.INPUT))
                .ifPresent(buffer -> execution.write(buffer, values));
    }

    public Model model() {
        return model;
    }

    /** Ticks since the start or the last {@link #reset}. */
    public int ticks() {
        return ticks;
    }

    /** The layers that take a tick, in order: an input reaches the output after as many ticks. */
    public List<Place> stations() {
        return stations;
    }

    /** The input {@code [batch, ...]} of the ticks from now on. */
    public Completion<Ticker> set(float... input) {
        return turns.queue(() -> {
            if (input.length != inputs()) {
                throw new ShapeException("input: expected " + inputs() + " numbers for " + batch + " samples of "
                        + model.network().input() + ", found " + input.length);
            }
            float[] values = input.clone();
            Door.round(values, "input");
            write(values);
            return Completion.of(this);
        });
    }

    /** One tick; the output {@code [batch, ...]} after it. */
    public Completion<float[]> tick() {
        return turns.queue(() -> {
            execution.run(new ScalarWords().random(model.seed(), ticks).of(execution.program()));
            return execution.finish().then(e -> {
                ticks++;
                return e.readFloats(e.program().output(NetworkLowering.OUTPUT));
            });
        });
    }

    /** What a layer gave in the last tick, {@code [batch, ...]}; {@code station} is its index in {@link #stations}. */
    public Completion<float[]> layer(int station) {
        String state = TickLowering.state(stations.get(station));
        return turns.queue(() -> execution.readFloats(execution.program().source(state)));
    }

    /** Empties the pipelines; the input stays. */
    public Completion<Ticker> reset() {
        return turns.queue(() -> {
            SampleStates.clear(execution, batch);
            ticks = 0;
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
