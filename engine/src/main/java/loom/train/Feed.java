package loom.train;

import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.model.NetworkLowering;
import loom.model.Samples;
import loom.program.Program;

/**
 * How samples come to a graph that measures a loss: batch by batch; or all of a data set once, to be kept where the program runs, and then
 * only the numbers of those in a batch. Rows are copied either way, so it changes no bit.
 *
 * @param kept samples of the data set that is kept; 0 if they come batch by batch
 */
record Feed(int kept) {
    /** Input {@code [N]}, i32, where a data set is kept: which of its samples the batch has. */
    private static final String NUMBERS = "sample numbers";

    static final Feed BATCHES = new Feed(0);

    /** Keeps a data set if the machine has memory of its own and room for it there. */
    static Feed of(Training training, Dataset data, Machine machine) {
        long values = (long) data.inputs().length + data.targets().length;
        if (training.weighted()) {
            values += data.weights().orElseThrow().length;
        }
        return 4 * values <= machine.residentBytes() ? new Feed(data.size()) : BATCHES;
    }

    Inputs inputs(GraphBuilder g) {
        return new Inputs(g);
    }

    /** The inputs of a graph, one after the other. */
    final class Inputs {
        private final GraphBuilder g;
        private Node numbers;

        private Inputs(GraphBuilder g) {
            this.g = g;
        }

        /** {@code [N, sample...]}. Either way a graph has as many nodes: traps name nodes by their numbers. */
        Node of(String name, Shape sample) {
            Extent rows = kept == 0 ? new Extent(1, true) : Extent.of(kept);
            Node all = g.input(name, TensorType.f32(sample.insert(0, rows)));
            if (numbers == null) {
                Shape batch = Samples.batched(Shape.SCALAR);
                numbers = kept == 0 ? g.iota(batch, 0) : g.input(NUMBERS, TensorType.i32(batch));
            }
            return kept == 0 ? g.stopGradient(all) : g.gather(all, numbers);
        }
    }

    /** Gives a program the data set that it keeps. */
    void begin(Execution execution, Training training, Dataset data) {
        if (kept > 0) {
            write(execution, training, data);
        }
    }

    /** Gives a program its batch: samples of the data set that it keeps, or of any other that was checked before. */
    void batch(Execution execution, Training training, Dataset data, int[] samples) {
        if (kept > 0) {
            execution.batch(samples.length);
            execution.write(execution.program().source(NUMBERS), samples);
        } else {
            TrainingGraph.feed(execution, training, data.pick(samples));
        }
    }

    static void write(Execution execution, Training training, Dataset samples) {
        Program p = execution.program();
        execution.write(p.source(NetworkLowering.INPUT), samples.inputs());
        execution.write(p.source(TrainingGraph.TARGET), samples.targets());
        if (training.weighted()) {
            execution.write(p.source(TrainingGraph.WEIGHTS), samples.weights().orElseThrow());
        }
    }
}
