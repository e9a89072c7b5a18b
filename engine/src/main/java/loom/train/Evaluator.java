package loom.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    /** Batches enqueued without waiting: enough to keep a GPU busy. */
    private static final int AT_ONCE = 16;

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
     * @param answers of all samples; of a network that ends in the function its loss contains, what that takes (logits)
     * @param metrics those that suit the loss
     */
    public record Result(float loss, Answers answers, Metrics metrics) {
        public float[] outputs() {
            return answers.outputs();
        }

        /** Beside the metrics; {@code worst}: how many samples to name. */
        public Evaluation look(int worst) {
            return Evaluation.of(this, worst);
        }
    }

    public static Completion<Evaluator> prepare(Model model, Training training, Machine machine) {
        Head head = Head.of(model.network(), training.loss());
        GraphBuilder g = new GraphBuilder();
        Feed.Inputs inputs = Feed.BATCHES.inputs(g);
        NetworkLowering.Lowered forward = training.into(g, head.network(), Mode.INFERENCE, inputs);
        g.output(NetworkLowering.OUTPUT, forward.output());
        g.output(
                TrainingGraph.LOSS,
                TrainingGraph.measured(g, head, training, inputs, forward.output())
                        .loss());
        Graph graph = g.build();
        return machine.prepare(Compiler.compile(graph))
                .map(execution -> new Evaluator(training, head.isLogits(), execution));
    }

    /** Evaluates a model of the network this was prepared for. */
    public Completion<Result> evaluate(Model model, Dataset data) {
        Walk walk = begin(model, data);
        return Completion.untilLast(() -> walk.next(AT_ONCE)).map(last -> walk.result());
    }

    /** As above, a few batches at a time. */
    public Walk begin(Model model, Dataset data) {
        new DataCheck(model.network(), training).check(data);
        model.parameters().forEach(this::write);
        return new Walk(model, data);
    }

    private void write(String name, Tensor tensor) {
        Integer buffer = execution.program().sources().get(name);
        // Frozen ones are the same tensor in every epoch.
        if (buffer != null && written.put(name, tensor) != tensor) {
            execution.write(buffer, tensor.values());
        }
    }

    private Answers answers(Model model, Dataset data, float[] outputs) {
        Shape output = model.network().output();
        return new Answers(
                outputs,
                output.dim(output.rank() - 1),
                areLogits,
                data.targets(),
                training.weighted() ? data.weights() : Optional.empty());
    }

    /** An evaluation under way. */
    public final class Walk {
        private final Model model;
        private final Dataset data;
        private final float[] outputs;
        private int from;
        private double sum;

        private Walk(Model model, Dataset data) {
            this.model = model;
            this.data = data;
            this.outputs = new float[training.output(model.network()).elements(1) * data.size()];
        }

        /** Up to {@code most} more batches, enqueued without waiting between them. The answer is whether they were the last. */
        public Completion<Boolean> next(int most) {
            List<Completion<Double>> batches = new ArrayList<>();
            for (int i = 0; i < most && from < data.size(); i++) {
                int to = Math.min(data.size(), from + training.batch());
                batches.add(batch(from, to));
                from = to;
            }
            return execution.finish().then(e -> Completion.all(batches)).map(losses -> {
                losses.forEach(loss -> sum += loss);
                return from == data.size();
            });
        }

        /** Answers the sum of the losses. */
        private Completion<Double> batch(int first, int to) {
            int size = to - first;
            Feed.BATCHES.batch(execution, training, data, Dataset.numbers(first, to));
            execution.run(new ScalarWords().random(model.seed(), 0).of(execution.program()));
            Completion<float[]> answers =
                    execution.readFloats(execution.program().output(NetworkLowering.OUTPUT));
            Completion<float[]> losses =
                    execution.readFloats(execution.program().output(TrainingGraph.LOSS));
            return answers.then(y -> {
                System.arraycopy(y, 0, outputs, first * (y.length / size), y.length);
                return losses.map(loss -> (double) loss[0] * size);
            });
        }

        /** Of all samples, after the last batch. */
        public Result result() {
            if (from < data.size()) {
                throw new IllegalStateException("the evaluation is not over");
            }
            Answers answers = answers(model, data, outputs);
            return new Result(
                    (float) (sum / data.size()), answers, training.loss().metrics(answers));
        }
    }

    public void close() {
        execution.close();
    }
}
