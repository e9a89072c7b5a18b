package loom.train;

import java.util.Map;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.model.Mode;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.program.Compiler;

/** The loss and the answers of a model on data it does not learn from. */
public final class Evaluator {
    private final Training training;
    private final Execution execution;

    private Evaluator(Training training, Execution execution) {
        this.training = training;
        this.execution = execution;
    }

    /**
     * @param loss mean over the samples, batch by batch
     * @param outputs of all samples; of a network that ends in the function its loss contains, what that takes (logits)
     */
    public record Result(float loss, float[] outputs) {}

    public static Completion<Evaluator> prepare(Model model, Training training, Machine machine) {
        Head head = Head.of(model.network(), training.loss());
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered forward = NetworkLowering.into(g, head.network(), Mode.INFERENCE);
        g.output(NetworkLowering.OUTPUT, forward.output());
        g.output(TrainingGraph.LOSS, TrainingGraph.loss(g, head, training, forward.output()));
        Graph graph = g.build();
        return machine.prepare(Compiler.compile(graph)).map(execution -> new Evaluator(training, execution));
    }

    /** Evaluates a model of the network this was prepared for. */
    public Completion<Result> evaluate(Model model, Dataset data) {
        for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
            Integer buffer = execution.program().sources().get(p.getKey());
            if (buffer != null) {
                execution.write(buffer, p.getValue().values());
            }
        }
        int outputs = model.network().output().elements(1) * data.size();
        return batches(model, data, 0, 0, new float[outputs]);
    }

    private Completion<Result> batches(Model model, Dataset data, int from, double sum, float[] outputs) {
        if (from == data.size()) {
            return Completion.of(new Result((float) (sum / data.size()), outputs));
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
