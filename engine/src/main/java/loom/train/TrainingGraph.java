package loom.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.Autodiff;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.Execution;
import loom.machine.ScalarWords;
import loom.model.Mode;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.numeric.F32;
import loom.program.Program;

/** One training run as a graph: forward, loss, gradients, updates. It runs on every machine with the same bits. */
public final class TrainingGraph {
    /** Input {@code [N, ...]}: what the network should have answered; see {@link Loss#target}. */
    public static final String TARGET = "target";

    /** Input {@code [N, ...]}, the output's axes but the last: how much each row counts. */
    public static final String WEIGHTS = "weights";

    /** Output: the loss before the step. */
    public static final String LOSS = "loss";

    /**
     * Output, of losses that know right answers: the loss, how many rows were answered right, both before the step, and where rows
     * have weights how many count: those of weight 0 do not, all others once.
     */
    public static final String REPORT = "report";

    /** Output, if gradients are clipped by their norm: that norm before. */
    public static final String GRADIENT_NORM = "gradient norm";

    /** Run-time scalar, i32: not 0 in the run that closes a step. */
    public static final String CLOSES = "closes";

    /** Run-time scalar, f32: how many runs the step has with this one. */
    public static final String RUNS = "runs";

    /** Begins the output's name of what a layer gave, before its label. */
    public static final String VALUE = "value of ";

    /** Begins the output's name of the loss's gradient by what a layer gave, or by a parameter. */
    public static final String GRADIENT = "gradient of ";

    private final GraphBuilder g = new GraphBuilder();
    private final Network network;
    private final Training training;
    private final Feed feed;

    private TrainingGraph(Network network, Training training, Feed feed) {
        this.network = network;
        this.training = training;
        this.feed = feed;
    }

    /** Samples come batch by batch. */
    public static Graph of(Network network, Training training) {
        return of(network, training, Feed.BATCHES);
    }

    static Graph of(Network network, Training training, Feed feed) {
        return new TrainingGraph(network, training, feed).graph();
    }

    /**
     * Forward as in inference, the loss, and its gradients by every layer's output and every trained parameter, as outputs. Nothing is
     * learned by a run of it.
     */
    public static Graph observed(Network network, Training training) {
        GraphBuilder g = new GraphBuilder();
        Head head = Head.of(network, training.loss());
        Feed.Inputs inputs = Feed.BATCHES.inputs(g);
        NetworkLowering.Lowered forward = training.into(g, head.network(), Mode.INFERENCE, inputs);
        Node loss = measured(g, head, training, inputs, forward.output()).loss();
        LinkedHashMap<String, Node> values = g.build().names();
        List<Node> all = new ArrayList<>(values.values());
        List<String> names = head.network().trained();
        names.forEach(name -> all.add(forward.parameters().get(name)));
        List<Node> gradients = Autodiff.gradients(g, loss, all);
        g.output(LOSS, loss);
        int i = 0;
        for (String label : values.keySet()) {
            g.output(VALUE + label, values.get(label));
            g.output(GRADIENT + label, gradients.get(i++));
        }
        for (String name : names) {
            g.output(GRADIENT + name, gradients.get(i++));
        }
        return g.build();
    }

    /** The moving average of a parameter, as state of the graph. */
    static String average(String parameter) {
        return "average of " + parameter;
    }

    private Graph graph() {
        Head head = Head.of(network, training.loss());
        Feed.Inputs inputs = feed.inputs(g);
        NetworkLowering.Lowered forward = training.into(g, head.network(), Mode.TRAINING, inputs);
        Measured measured = measured(g, head, training, inputs, forward.output());
        Node loss = measured.loss();
        g.output(LOSS, loss);
        if (!measured.right().isEmpty()) {
            List<Node> report = new ArrayList<>();
            report.add(g.reshape(loss, Shape.of(1)));
            measured.right().forEach(n -> report.add(g.reshape(n, Shape.of(1))));
            g.output(REPORT, g.concat(0, report.toArray(new Node[0])));
        }
        List<String> names = network.trained();
        Updates updates = new Updates(
                g, training.accumulate() == 1 ? Optional.empty() : Optional.of(g.scalar(CLOSES, ElementType.I32)));
        g.layer("credit");
        Links links = Links.of(g, updates, head.network(), forward, loss);
        List<Node> gradients = training.credit().gradients(links);
        g.layer("optimizer");
        gradients = clipped(accumulated(names, gradients));
        Node rate = g.scalar(Optimizer.LEARNING_RATE, ElementType.F32);
        for (int i = 0; i < names.size(); i++) {
            Node w = links.parameters().get(i);
            Memory memory = new Memory(updates, names.get(i), w.shape());
            Node next = training.optimizer().next(memory, w, gradients.get(i), rate);
            updates.set(w, next);
            average(updates, names.get(i), next);
        }
        return g.build();
    }

    /**
     * Which run of a training it is.
     *
     * @param run from 0
     * @param step of the optimizer, from 0, that it belongs to
     * @param open how many runs that step has had before
     * @param closes whether it closes the step
     */
    public record Run(int run, int step, int open, boolean closes) {}

    /** The run-time scalars of a run. */
    public static int[] scalars(Program program, Training training, long seed, Run now) {
        return new ScalarWords()
                .random(seed, now.run())
                .real(Optimizer.LEARNING_RATE, training.rate(now.step()))
                .whole(CLOSES, now.closes() ? 1 : 0)
                .real(RUNS, (float) (now.open() + 1))
                .of(program);
    }

    /** Writes samples to the inputs of a graph that takes them batch by batch. Data are checked before. */
    public static void feed(Execution execution, Training training, Dataset samples) {
        execution.batch(samples.size());
        Feed.write(execution, training, samples);
    }

    /**
     * @param loss a scalar
     * @param right how many rows are answered right and, where rows have weights, how many count, scalars; empty if the loss does not
     *     know
     */
    record Measured(Node loss, List<Node> right) {}

    /** What a training measures of an output; adds the inputs that needs. */
    static Measured measured(GraphBuilder g, Head head, Training training, Feed.Inputs inputs, Node output) {
        g.layer("loss");
        Loss loss = training.loss();
        Node target = inputs.of(TARGET, training.target(head.network()));
        int last = output.shape().rank() - 1;
        if (last < 1) {
            throw new ShapeException("a loss needs outputs with at least one axis, not a scalar");
        }
        Shape rows =
                Shape.of(List.of(output.shape().product(0, last), output.shape().extent(last)));
        Shape one = rows.withDim(1, Extent.ONE);
        Loss.Rows each = loss.rows(
                g, g.reshape(output, rows), g.reshape(target, loss.takesLabels() ? one : rows), head.isLogits());
        List<Node> right = new ArrayList<>();
        if (!training.weighted()) {
            each.right().ifPresent(r -> right.add(g.reshape(g.sum(r, 0), Shape.SCALAR)));
        }
        if (!training.weighted() && each.weights().isEmpty()) {
            return new Measured(g.reshape(g.mean(each.losses(), 0), Shape.SCALAR), right);
        }
        Node losses = each.losses();
        Node weights = each.weights().orElse(g.splat(1, one));
        if (training.weighted()) {
            Node given = g.reshape(inputs.of(WEIGHTS, training.rows(head.network())), one);
            losses = g.times(losses, given);
            weights = g.times(weights, given);
            each.right().ifPresent(r -> {
                Node none = g.compare(CompareKind.EQ, given, g.constant(0f));
                Node counts = g.select(none, g.constant(0f), g.splat(1, one));
                right.add(g.reshape(g.sum(g.times(r, counts), 0), Shape.SCALAR));
                right.add(g.reshape(g.sum(counts, 0), Shape.SCALAR));
            });
        }
        // A batch in which nothing counts has loss 0, not 0/0.
        Node total = g.sum(weights, 0);
        Node nothing = g.compare(CompareKind.EQ, total, g.constant(0f));
        Node mean = g.divide(g.sum(losses, 0), g.select(nothing, g.constant(1f), total));
        return new Measured(g.reshape(mean, Shape.SCALAR), right);
    }

    private List<Node> accumulated(List<String> names, List<Node> gradients) {
        if (training.accumulate() == 1) {
            return gradients;
        }
        Node closes = g.scalar(CLOSES, ElementType.I32);
        Node runs = g.scalar(RUNS, ElementType.F32);
        List<Node> means = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Node sum = g.state("gradient of " + names.get(i), gradients.get(i).type());
            Node next = g.plus(sum, gradients.get(i));
            g.update(sum, g.select(closes, g.constant(0f), next));
            means.add(g.divide(next, runs));
        }
        return means;
    }

    private List<Node> clipped(List<Node> gradients) {
        List<Node> result = new ArrayList<>(gradients);
        if (training.clipValue().isPresent()) {
            float bound = training.clipValue().get();
            result.replaceAll(d -> g.min(g.constant(bound), g.max(g.constant(F32.neg(bound)), d)));
        }
        if (training.clipNorm().isPresent() && !result.isEmpty()) {
            Node bound = g.constant(training.clipNorm().get());
            Node norm = g.unary(UnaryKind.SQRT, sumOfSquares(result));
            g.output(GRADIENT_NORM, norm);
            Node factor = g.divide(bound, g.max(norm, bound));
            result.replaceAll(d -> g.times(d, factor));
        }
        return result;
    }

    /** Tensor by tensor, then these sums in order. */
    private Node sumOfSquares(List<Node> tensors) {
        Node total = g.constant(0f);
        for (Node t : tensors) {
            Node flat = g.reshape(t, Shape.of(List.of(t.shape().elements())));
            total = g.plus(total, g.reshape(g.sum(g.times(flat, flat), 0), Shape.SCALAR));
        }
        return total;
    }

    private void average(Updates updates, String name, Node next) {
        if (training.average().isPresent()) {
            float keep = training.average().get();
            Node average = g.state(average(name), next.type());
            updates.set(average, g.plus(g.times(average, keep), g.times(next, F32.sub(1, keep))));
        }
    }
}
