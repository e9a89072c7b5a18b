package loom.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Shape;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.model.Mode;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.program.Compiler;

/** The loss, the answers and the metrics of a model on data it does not learn from. */
public final class Evaluator {
    private final Training training;
    private final boolean areLogits;
    private final Execution execution;

    /** What the machine holds, by name. */
    private final Map<String, Tensor> written = new LinkedHashMap<>();

    private Evaluator(Training training, boolean areLogits, Execution execution) {
        this.training = training;
        this.areLogits = areLogits;
        this.execution = execution;
    }

    /**
     * @param loss mean over the samples, batch by batch
     * @param outputs of all samples; of a network that ends in the function its loss contains, what that takes (logits)
     * @param metrics those that suit the loss
     */
    public record Result(float loss, float[] outputs, Metrics metrics) {}

    public static Completion<Evaluator> prepare(Model model, Training training, Machine machine) {
        Head head = Head.of(model.network(), training.loss());
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered forward = training.into(g, head.network(), Mode.INFERENCE);
        g.output(NetworkLowering.OUTPUT, forward.output());
        g.output(TrainingGraph.LOSS, TrainingGraph.loss(g, head, training, forward.output()));
        Graph graph = g.build();
        return machine.prepare(Compiler.compile(graph))
                .map(execution -> new Evaluator(training, head.isLogits(), execution));
    }

    /** Evaluates a model of the network this was prepared for. */
    public Completion<Result> evaluate(Model model, Dataset data) {
        DataCheck.check(model, training, data);
        model.parameters().forEach(this::write);
        int outputs = training.output(model.network()).elements(1) * data.size();
        return batches(model, data, 0, 0, new float[outputs]);
    }

    private void write(String name, Tensor tensor) {
        Integer buffer = execution.program().sources().get(name);
        // Frozen ones are the same tensor in every epoch.
        if (buffer != null && written.put(name, tensor) != tensor) {
            execution.write(buffer, tensor.values());
        }
    }

    private Metrics metrics(Model model, Dataset data, float[] outputs) {
        Shape output = model.network().output();
        return training.loss()
                .metrics(new Answers(
                        outputs,
                        output.dim(output.rank() - 1),
                        areLogits,
                        data.targets(),
                        training.weighted() ? data.weights() : Optional.empty()));
    }

    private Completion<Result> batches(Model model, Dataset data, int from, double sum, float[] outputs) {
        if (from == data.size()) {
            return Completion.of(new Result((float) (sum / data.size()), outputs, metrics(model, data, outputs)));
        }
        int to = Math.min(data.size(), from + training.batch());
        Dataset batch = data.part(from, to);
        execution.batch(batch.size());
        execution.write(execution.program().source(NetworkLowering.INPUT), batch.inputs());
        execution.write(execution.program().source(TrainingGraph.TARGET), batch.targets());
        if (training.weighted()) {
            execution.write(
                    execution.program().source(TrainingGraph.WEIGHTS),
                    batch.weights().orElseThrow());
        }
        execution.run(new ScalarWords().random(model.seed(), 0).of(execution.program()));
        return execution
                .finish()
                .then(e -> e.readFloats(e.program().output(NetworkLowering.OUTPUT)))
                .then(y -> execution
                        .readFloats(execution.program().output(TrainingGraph.LOSS))
                        .then(loss -> {
                            System.arraycopy(y, 0, outputs, from * (y.length / batch.size()), y.length);
                            return batches(model, data, to, sum + (double) loss[0] * batch.size(), outputs);
                        }));
    }

    public void close() {
        execution.close();
    }
}
