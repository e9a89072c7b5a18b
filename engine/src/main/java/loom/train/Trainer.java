package loom.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.ParameterSpec;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.program.Program;

/** Trains a model on a machine. The same model, data, seed and options give the same parameters on every machine, to the bit. */
public final class Trainer {
    private final Model model;
    private final Optimizer optimizer;
    private final int batch;
    private final Execution execution;
    private int stepsRun;

    private Trainer(Model model, Optimizer optimizer, int batch, Execution execution) {
        this.model = model;
        this.optimizer = optimizer;
        this.batch = batch;
        this.execution = execution;
    }

    public static Completion<Trainer> prepare(Model model, Loss loss, Optimizer optimizer, int batch, Machine machine) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch " + batch + " is below 1");
        }
        Program program = Compiler.compile(TrainingGraph.of(model.network(), loss, optimizer));
        return machine.prepare(program).map(execution -> {
            for (Map.Entry<String, Tensor> e : model.parameters().entrySet()) {
                // Parameters of disabled layers are not part of the program.
                if (program.sources().containsKey(e.getKey())) {
                    execution.write(program.source(e.getKey()), e.getValue().values());
                }
            }
            return new Trainer(model, optimizer, batch, execution);
        });
    }

    /** One step on one batch; the loss before it. Fails with {@link loom.machine.NumericTrap}, and then nothing has changed. */
    public Completion<Float> step(float[] inputs, float[] targets) {
        Program p = execution.program();
        execution.batch(inputs.length / model.network().input().elements(1));
        execution.write(p.source(NetworkLowering.INPUT), inputs);
        execution.write(p.source(TrainingGraph.TARGET), targets);
        execution.run(new ScalarWords()
                .random(model.seed(), stepsRun++)
                .real(Optimizer.LEARNING_RATE, optimizer.learningRate())
                .of(p));
        return execution
                .finish()
                .then(e -> e.readFloats(p.output(TrainingGraph.LOSS)))
                .map(v -> v[0]);
    }

    /** Hears of every step. */
    public interface Listener {
        void step(int step, int steps, float loss);
    }

    /** All samples once, in the order that the model's seed gives epoch number {@code epoch}; the last batch may be smaller. */
    public Completion<Trainer> epoch(Dataset data, int epoch, Listener listener) {
        int[] order = Shuffle.order(data.size(), model.seed(), epoch);
        return steps(data, order, 0, listener);
    }

    private Completion<Trainer> steps(Dataset data, int[] order, int from, Listener listener) {
        int at = from;
        int steps = (order.length + batch - 1) / batch;
        while (at < order.length) {
            int start = at;
            int end = Math.min(order.length, start + batch);
            Completion<Float> step = step(data.inputs(order, start, end), data.targets(order, start, end));
            if (!step.isDone()) {
                return step.then(loss -> {
                    listener.step(start / batch, steps, loss);
                    return steps(data, order, end, listener);
                });
            }
            // Done at once: a loop, since thousands of nested continuations would not fit a stack.
            listener.step(start / batch, steps, step.get());
            at = end;
        }
        return Completion.of(this);
    }

    /** The model with its present parameters. */
    public Completion<Model> model() {
        List<String> names = new ArrayList<>(model.parameters().keySet());
        return read(names, 0, new LinkedHashMap<>()).map(model::withParameters);
    }

    private Completion<LinkedHashMap<String, Tensor>> read(
            List<String> names, int i, LinkedHashMap<String, Tensor> into) {
        if (i == names.size()) {
            return Completion.of(into);
        }
        String name = names.get(i);
        if (!execution.program().sources().containsKey(name)) {
            into.put(name, model.parameters().get(name));
            return read(names, i + 1, into);
        }
        ParameterSpec spec = model.network().parameters().get(name);
        return execution.readFloats(execution.program().source(name)).then(values -> {
            into.put(name, new Tensor(spec.shape(), values));
            return read(names, i + 1, into);
        });
    }

    public void close() {
        execution.close();
    }
}
