package loom.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import loom.graph.Shape;
import loom.graph.Words;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Concat;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Embedding;
import loom.model.Flatten;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.MaxPool;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Parallel;
import loom.model.Recurrence;
import loom.model.Reshape;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.program.Kernel;
import loom.program.Program;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** Two runs that part: whichever value it is, the kernel that computes it is named. */
class FirstKernelTest {
    private static final ReceiptOptions TRACE = new ReceiptOptions("", "", false, true);

    private static Model model(Shape input, Layer... layers) {
        return Model.initialise(Network.of("m", input, layers), 3);
    }

    /** Patches, a pool, branches that are joined, and a relu of its own. */
    private static final Model PICTURE = model(
            Shape.of(2, 6, 6),
            new Conv(2, 4, Words.of(3, 3), Activation.Simple.RELU),
            new MaxPool(Words.of(2, 2)),
            new Flatten(),
            new Parallel(
                    List.of(new Dense(3, Activation.Simple.LINEAR), new Dense(2, Activation.Simple.TANH)),
                    new Concat()),
            new ActivationLayer(Activation.Simple.RELU));

    /** Rows of a table, loops, and a last layer that only looks at what is there in another shape. */
    private static final Model SEQUENCE =
            model(Shape.of(5), new Embedding(7, 4), new Lstm(Recurrence.of(3)), new Reshape(Shape.of(15)));

    private static Receipt receipt(Machine machine, Model model) {
        float[] x = new float[2 * model.network().input().elements(1)];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 7;
        }
        return ModelRunner.open(machine, model).get().receipt(x, 2, TRACE).get();
    }

    private static Program program(Model model) {
        return Compiler.compile(NetworkLowering.inference(model.network()), Compiler.Keep.NAMED);
    }

    /** The receipt of a machine that computes one element of one value wrong, and nothing else. */
    private static Receipt tampered(Receipt r, int value) {
        List<Receipt.Traced> trace = new ArrayList<>(r.trace());
        Receipt.Traced t = trace.get(value);
        int[] words = t.words().clone();
        words[words.length - 1] ^= 1;
        trace.set(value, new Receipt.Traced(t.entry(), t.layer(), t.operation(), t.kernels(), words));
        return new Receipt(
                r.engine(),
                r.machine(),
                r.adapter(),
                r.model(),
                r.input(),
                r.batch(),
                r.step(),
                r.program(),
                r.nodes(),
                r.output(),
                trace);
    }

    @Test
    void everyValueNamesAKernelAndEveryKernelIsNamed() {
        for (Model m : List.of(PICTURE, SEQUENCE)) {
            Receipt r = receipt(new ReferenceMachine(), m);
            TreeSet<String> named = new TreeSet<>();
            for (int i = 0; i < r.trace().size(); i++) {
                Receipt.Traced t = r.trace().get(i);
                assertThat(t.kernels()).as(t.entry().name() + t.operation()).isNotEmpty();
                named.addAll(t.kernels());
                int last = t.words().length - 1;
                String kernels = (t.kernels().size() == 1 ? " Its kernel is " : " Its kernels are ")
                        + String.join("; ", t.kernels()) + ".";
                Receipt wrong = ReceiptJson.read("r.json", ReceiptJson.write(tampered(r, i)));
                assertThat(TraceView.of(r, wrong).verdict())
                        .startsWith("Different: only inside the layers. The first value that differs is "
                                + t.entry().name() + " (" + t.layer() + ", " + t.operation() + "): 1 elements differ")
                        .contains(", the first is " + last + ": ")
                        .endsWith(kernels);
                Optional<ReceiptDifference> found = Receipts.compare(wrong, r);
                assertThat(found.orElseThrow().message())
                        .contains(" element " + last + ": ")
                        .endsWith(kernels);
            }
            Program p = program(m);
            assertThat(named)
                    .containsExactlyInAnyOrderElementsOf(p.kernels().stream()
                            .map(k -> Disassembler.line(p, k))
                            .toList());
        }
    }

    /** Receipts of before had no kernels in their traces: the other one, or the replay, knows them. */
    @Test
    void aTraceWithoutKernels() {
        Receipt r = receipt(new ReferenceMachine(), PICTURE);
        String text = ReceiptJson.write(tampered(r, r.trace().size() - 1));
        Receipt old = ReceiptJson.read("r.json", text.replaceAll("(?s)\"kernels\": \\[.*?\\n *],", ""));
        assertThat(old.trace()).allSatisfy(t -> assertThat(t.kernels()).isEmpty());
        String kernel = r.trace().getLast().kernels().get(0);
        assertThat(TraceView.of(old, r).verdict()).endsWith("Its kernel is " + kernel + ".");
        assertThat(TraceView.of(r, old).verdict()).endsWith("Its kernel is " + kernel + ".");
        assertThat(Receipts.compare(old, r).orElseThrow().message()).endsWith("Its kernel is " + kernel + ".");
        assertThat(TraceView.of(old, old).same()).isTrue();
    }

    /** The reference machine, but for its copies: they take what lies one further along the last axis. */
    private record WrongCopies(Machine right) implements Machine {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public Completion<Execution> prepare(Program p) {
            List<Kernel> kernels = new ArrayList<>();
            for (Kernel k : p.kernels()) {
                kernels.add(k instanceof Kernel.Copy c ? moved(c) : k);
            }
            return right.prepare(new Program(
                    p.buffers(),
                    p.slots(),
                    kernels,
                    p.scalars(),
                    p.commits(),
                    p.sites(),
                    p.sources(),
                    p.outputs(),
                    p.names(),
                    p.origins()));
        }

        private static Kernel moved(Kernel.Copy c) {
            List<Kernel.Axis> axes = new ArrayList<>(c.axes());
            Kernel.Axis last = axes.remove(axes.size() - 1);
            axes.add(new Kernel.Axis(last.strides(), last.offset() + 1, last.dilation()));
            return new Kernel.Copy(c.in(), c.inShape(), c.out(), c.outShape(), c.space(), c.start(), axes);
        }
    }

    /** Concatenation only moves words and cannot trap. */
    @Test
    void aMachineWhoseCopiesAreWrongIsFound() {
        Model m = model(
                Shape.of(4),
                new Parallel(
                        List.of(new Dense(3, Activation.Simple.LINEAR), new Dense(3, Activation.Simple.LINEAR)),
                        new Concat()));
        String verdict = TraceView.of(
                        receipt(new ReferenceMachine(), m), receipt(new WrongCopies(new ReferenceMachine()), m))
                .verdict();
        assertThat(verdict)
                .contains("cell 0,0 layer 0 parallel, Concat): ")
                .containsPattern(" Its kernels are b\\d+\\[N,6] = copy b\\d+\\[N,3] for p in .*; b\\d+\\[N,6] = copy ");
    }

    /** What only stands in another shape is read in place: by the kernel that reads it first. */
    @Test
    void viewsAreTheirReaders() {
        Receipt r = receipt(new ReferenceMachine(), PICTURE);
        Receipt.Traced flat = r.trace().stream()
                .filter(t -> t.layer().contains("flatten"))
                .findFirst()
                .orElseThrow();
        assertThat(flat.operation()).isEqualTo("Reshape");
        assertThat(flat.kernels()).singleElement().asString().contains(" = matmul!");
    }

    /** Kernels that no trap can name have their layers and operations, too. */
    @Test
    void placesOfKernels() {
        List<KernelPlaces.One> kernels =
                KernelPlaces.of(PICTURE.network(), program(PICTURE)).kernels();
        assertThat(kernels).allSatisfy(k -> assertThat(k.owner()).isPresent());
        KernelPlaces.One last = kernels.get(kernels.size() - 1);
        assertThat(last.layers()).containsExactly("0.0.4");
        assertThat(last.operations()).singleElement().asString().startsWith("max %");
    }
}
