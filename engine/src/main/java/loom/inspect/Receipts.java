package loom.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.graph.ElementType;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Shape;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.program.Disassembler;
import loom.program.Origin;
import loom.program.Program;

/** Makes receipts and finds where two of them differ. */
public final class Receipts {
    private Receipts() {}

    /** A run that has ended: its executions still hold the values. */
    public record Run(Machine machine, String adapter, Model model, Graph graph, Tensor input, int batch) {}

    /**
     * The same run with every node kept.
     *
     * @param graph which nodes there are; the graph of the run has fewer where attention is in {@link loom.model.Bands}
     * @param program of this graph, with what is not kept fused
     */
    public record Trace(Graph graph, Program program, Execution execution) {}

    /**
     * Receipt of a run.
     *
     * @param run what was run; its input is {@code [batch, ...]}
     * @param named execution that kept the named nodes
     * @param traced the same run with every node kept, if there is to be a trace
     */
    public static Completion<Receipt> make(Run run, ReceiptOptions options, Execution named, Optional<Trace> traced) {
        LinkedHashMap<String, Node> nodes = run.graph().names();
        LinkedHashMap<String, Node> output = new LinkedHashMap<>();
        output.put(NetworkLowering.OUTPUT, run.graph().output(NetworkLowering.OUTPUT));
        return read(named, nodes, named.program().names(), run.batch())
                .then(values -> read(named, output, named.program().outputs(), run.batch())
                        .then(y -> trace(run, traced, y.get(0)).map(trace -> {
                            List<Receipt.Entry> entries = new ArrayList<>();
                            values.forEach(v -> entries.add(v.entry()));
                            return new Receipt(
                                    EngineVersion.text(),
                                    run.machine().name(),
                                    run.adapter(),
                                    new Receipt.Subject<>(
                                            options.modelPath(),
                                            ModelDigest.of(run.model()),
                                            options.embed() ? Optional.of(run.model()) : Optional.empty()),
                                    new Receipt.Subject<>(
                                            options.inputPath(),
                                            TensorDigest.of(
                                                            run.input().shape().dims(),
                                                            run.input().values())
                                                    .root(),
                                            options.embed() ? Optional.of(run.input()) : Optional.empty()),
                                    run.batch(),
                                    options.step(),
                                    Disassembler.digest(named.program()),
                                    entries,
                                    y.get(0).entry(),
                                    trace);
                        })));
    }

    private static Completion<List<Receipt.Traced>> trace(
            Run run, Optional<Trace> traced, Receipt.Traced untracedOutput) {
        if (traced.isEmpty()) {
            return Completion.of(List.of());
        }
        Graph graph = traced.get().graph();
        Program program = traced.get().program();
        Execution e = traced.get().execution();
        LinkedHashMap<String, Node> nodes = new LinkedHashMap<>();
        for (Node n : graph.nodes()) {
            String name = "%" + n.id();
            if (e.program().names().containsKey(name)) {
                nodes.put(name, n);
            }
        }
        LinkedHashMap<String, Node> output = new LinkedHashMap<>();
        output.put(NetworkLowering.OUTPUT, graph.output(NetworkLowering.OUTPUT));
        return read(e, output, e.program().outputs(), run.batch()).then(y -> {
            if (!y.get(0).entry().digest().equals(untracedOutput.entry().digest())) {
                throw new DeviceException("machine " + run.machine().name()
                        + " gives another output when every value is kept: its fused kernels are wrong");
            }
            return read(e, nodes, e.program().names(), run.batch()).map(values -> {
                List<Receipt.Traced> all = new ArrayList<>();
                for (Receipt.Traced t : values) {
                    List<String> kernels = kernels(program, nodes.get(t.entry().name()));
                    all.add(new Receipt.Traced(t.entry(), t.layer(), t.operation(), kernels, t.words()));
                }
                return all;
            });
        });
    }

    private static List<String> kernels(Program program, Node n) {
        List<String> lines = new ArrayList<>();
        for (int k : program.origins().kernels(n.id())) {
            lines.add(Disassembler.line(program, program.kernels().get(k)));
        }
        return lines;
    }

    private static Completion<List<Receipt.Traced>> read(
            Execution e, Map<String, Node> nodes, Map<String, Integer> buffers, int batch) {
        Completion<List<Receipt.Traced>> all = Completion.of(new ArrayList<>());
        for (Map.Entry<String, Node> n : nodes.entrySet()) {
            all = all.then(list -> read(e, n.getKey(), n.getValue(), buffers.get(n.getKey()), batch)
                    .map(value -> {
                        list.add(value);
                        return list;
                    }));
        }
        return all;
    }

    private static Completion<Receipt.Traced> read(Execution e, String name, Node n, int buffer, int batch) {
        ElementType type = n.type().element();
        // The node's own shape: a view may share its buffer with a value of another shape.
        int[] shape = n.shape().at(batch);
        Completion<int[]> words = type.isFloat() ? e.readFloats(buffer).map(TensorDigest::bits) : e.readInts(buffer);
        return words.map(w -> new Receipt.Traced(
                new Receipt.Entry(name, TensorDigest.name(type), Shape.of(shape), TensorDigest.of(type, shape, w)),
                n.layer(),
                Origin.operation(n),
                List.of(),
                w));
    }

    // ---- comparison ----

    /** The first difference between a receipt and what a replay gave, in the order of the computation. Machines may differ. */
    public static Optional<ReceiptDifference> compare(Receipt recorded, Receipt replayed) {
        return new ReceiptComparison(recorded, replayed).first();
    }
}
