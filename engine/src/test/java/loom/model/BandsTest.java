package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.inspect.Inspection;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.NumericTrap;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.numeric.Philox;
import loom.onnx.OnnxExport;
import loom.onnx.OnnxLowering;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention a few queries at a time: the bits that it has all at once, and little memory. */
class BandsTest {
    private static final int BATCH = 3;
    private static final Rope HALVES = new Rope.Rotary(false);

    // ---- how many

    @ParameterizedTest
    @CsvSource({
        "100, 10, 1000, 100",
        "100, 10, 999, 50",
        "100, 10, 10, 1",
        "100, 10, 1, 1",
        "7, 1, 3, 3",
        "7, 1, 6, 4",
        "1025, 8200, 2097152, 205",
        "4096, 32768, 2097152, 64",
        "2147483647, 2147483647, 2147483647, 1"
    })
    void bandsAreEquallyLongAndFewerScoresThanAllowed(int queries, long each, int scores, int expected) {
        int rows = new Bands(scores).rows(queries, each);
        assertEquals(expected, rows);
        assertThat(rows == 1 || rows * each <= scores).isTrue();
    }

    @Test
    void thereIsNoBandOfNothing() {
        assertThatThrownBy(() -> new Bands(0)).hasMessage("bands of 0 scores, expected at least 1");
    }

    // ---- bits

    static Stream<Network> networks() {
        List<Network> all = new ArrayList<>();
        for (int length : new int[] {2, 5, 12, 13, 37}) {
            for (Attention a : List.of(
                    Attention.of(2),
                    Attention.of(2).causal().with(HALVES),
                    Attention.of(4).withKeyValueHeads(2).withHeadDimension(6).withWindow(3),
                    Attention.of(3)
                            .withKeyValueHeads(1)
                            .withHeadDimension(2)
                            .causal()
                            .withWindow(4),
                    Attention.of(1).withQkNorm(1e-3f).withScale(0.7f).withDropout(0.5f),
                    Attention.of(2).causal().withPadding(Earlier.of("where"), 0),
                    Attention.of(2).withPadding(Earlier.of("where"), 0))) {
                all.add(Network.of(
                        a.heads() + " " + length,
                        Shape.of(length, 4),
                        LayerOptions.NONE.named("where").on(new Dense(4, Activation.Simple.RELU)),
                        a));
            }
            all.add(Network.of(
                    "to another sequence " + length,
                    Shape.of(length, 4),
                    LayerOptions.NONE.named("memory").on(new Slice(0, 0, (length + 1) / 2)),
                    new Recall("input"),
                    Attention.of(2).to(Earlier.of("memory")).withPadding(Earlier.of("memory"), 2)));
        }
        return all.stream();
    }

    private static float[] input(int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = Philox.normal(5, i, 0, 0, 0);
        }
        return x;
    }

    private static Execution started(Machine machine, Model model, Program program, float[] x) {
        Execution e = machine.prepare(program).get();
        e.batch(BATCH);
        model.parameters().forEach((name, t) -> NamedValues.write(e, name, t.values()));
        e.write(program.source(NetworkLowering.INPUT), x);
        e.run();
        return e;
    }

    private static int[] bits(Machine machine, Model model, Program program, float[] x) {
        Execution e = started(machine, model, program, x).finish().get();
        float[] y = e.readFloats(program.output(NetworkLowering.OUTPUT)).get();
        e.close();
        int[] bits = new int[y.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(y[i]));
        return bits;
    }

    private static boolean hasLoop(Network network, Bands bands) {
        for (Node n : NetworkLowering.inference(network, bands).nodes()) {
            if (n.op() instanceof Op.Loop) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void haveTheBitsOfAllScoresAtOnce(Network network) {
        Model model = Model.initialise(network, 3);
        float[] x = input(BATCH * network.input().elements(1));
        int[] expected = bits(new ReferenceMachine(), model, program(network, Bands.NONE), x);
        for (int scores : new int[] {1, 40, 100, 500}) {
            Program program = program(network, new Bands(scores));
            for (Machine m :
                    List.of(new ReferenceMachine(), new ParallelMachine(2), new WasmMachine(GraalWasmHost.shared()))) {
                assertThat(bits(m, model, program, x))
                        .as("%s, %d scores", m.name(), scores)
                        .isEqualTo(expected);
            }
        }
        assertThat(hasLoop(network, new Bands(1))).isTrue();
        assertThat(hasLoop(network, Bands.NONE)).isFalse();
    }

    private static Program program(Network network, Bands bands) {
        return Compiler.compile(NetworkLowering.inference(network, bands));
    }

    // ---- where

    @Test
    void shortSequencesAreLeftAsTheyAre() {
        Network network = Network.of("short", Shape.of(512, 16), Attention.of(8));
        assertEquals(
                Disassembler.listing(program(network, Bands.NONE)),
                Disassembler.listing(Compiler.compile(NetworkLowering.inference(network))));
    }

    @Test
    void longSequencesTakeLittleMemory() {
        int length = 8192;
        int heads = 8;
        Network network =
                Network.of("long", Shape.of(length, 64), Attention.of(heads).causal());
        long scores = 4L * heads * length * length;
        long bytes = Inspection.of(Model.initialise(network, 1)).memoryBytes(1);
        assertThat(bytes).isLessThan(scores / 8);
        long whole = 0;
        for (int elements : program(network, Bands.NONE).slotElements(1)) {
            whole += 4L * elements;
        }
        assertThat(whole).isGreaterThan(2 * scores);
    }

    @Test
    void trapsNameTheLayer() {
        Network network = Network.of("", Shape.of(5, 2), new ActivationLayer(Activation.Simple.RELU), Attention.of(1));
        Model model = Model.initialise(network, 1);
        float[] x = new float[BATCH * 10];
        Arrays.fill(x, 0x1p40f);
        for (Bands bands : List.of(Bands.NONE, new Bands(10), new Bands(1))) {
            for (Machine m : List.of(new ReferenceMachine(), new WasmMachine(GraalWasmHost.shared()))) {
                Execution e = started(m, model, program(network, bands), x);
                assertThatThrownBy(() -> e.finish().get())
                        .as("%s, %s", m.name(), bands)
                        .isInstanceOf(NumericTrap.class)
                        .hasMessageContaining("cell 0,0 layer 1 attention, matmul");
            }
        }
    }

    @Test
    void filesOfOthersHaveNoLoops() {
        OnnxLowering.install();
        Network network = Network.of("long", Shape.of(4097, 2), Attention.of(1).causal());
        assertThat(hasLoop(network, Bands.USUAL)).isTrue();
        byte[] file = OnnxExport.write(Model.initialise(network, 1));
        assertThat(new String(file, StandardCharsets.ISO_8859_1))
                .contains("MatMul")
                .doesNotContain("Loop", "Scan");
    }
}
