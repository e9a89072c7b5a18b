package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.graph.Words;
import loom.inspect.Inspection;
import loom.inspect.ModelDigest;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation.Simple;
import loom.model.Attention;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Dropout;
import loom.model.Flatten;
import loom.model.GlobalAvgPool;
import loom.model.GumbelSoftmax;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Precision;
import loom.model.Recurrence;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Softmax;
import loom.numeric.Philox;
import loom.program.Disassembler;
import loom.run.CompiledModel;
import loom.run.ModelRunner;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules of models compiled ahead of time, run with nothing beside them: the bits of the reference machine. */
class StandaloneWasmTest {
    private static final int CAPACITY = 9;

    private static Network network(Shape input, Layer... layers) {
        return Network.of("some", input, layers);
    }

    static Stream<Network> networks() {
        Residual attention = new Residual(List.of(new RmsNorm(1e-5f, true), Attention.of(2)));
        Network mlp =
                network(Shape.of(19), new Dense(16, Simple.RELU, true), new Dense(5, Simple.TANH, true), new Softmax());
        return Stream.of(
                mlp,
                network(Shape.of(19), new Dense(16, Simple.RELU, true), new Dense(5, Simple.TANH, true))
                        .with(Precision.BF16),
                network(
                        Shape.of(2, 9, 7),
                        new Conv(2, 5, Words.of(3), Simple.RELU),
                        new Dropout(0.5f),
                        new Flatten(),
                        new Dense(3, Simple.LINEAR, true)),
                network(Shape.of(6, 4), attention),
                network(Shape.of(7, 3), new Lstm(Recurrence.of(8))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyBatchHasTheBitsOfTheReferenceMachine(Network network) {
        Model model = Model.initialise(network, 3);
        ModelRunner reference = ModelRunner.open(new ReferenceMachine(), model).get();
        try (GraalWasm wasm = new GraalWasm()) {
            Value exports = wasm.exports(CompiledModel.of(model, CAPACITY));
            // A second batch smaller than the first, then again: nothing may be left of the one before.
            for (int batch : new int[] {CAPACITY, 1, 4, CAPACITY}) {
                float[] x = input(batch * network.input().elements(1), batch);
                float[] expected = reference.run(x, batch).get();
                assertThat(infer(exports, x, batch)).isZero();
                assertThat(output(exports, expected.length))
                        .as("batch %d", batch)
                        .containsExactly(bits(expected));
            }
        }
    }

    @Test
    void refusesWhatItCannotTake() {
        Model model = Model.initialise(network(Shape.of(3), new Dense(2, Simple.LINEAR, true)), 3);
        model.parameters().get("0.0.0.kernel").values()[0] = 1e9f;
        try (GraalWasm wasm = new GraalWasm()) {
            Value exports = wasm.exports(CompiledModel.of(model, 2));
            assertEquals(2, number(exports, "capacity"));
            assertEquals(StandaloneWasm.OVERFULL, infer(exports, new float[3], 3));
            assertEquals(StandaloneWasm.OVERFULL, infer(exports, new float[3], 0));
            assertEquals(StandaloneWasm.OVERFULL, infer(exports, new float[3], -1));
            assertEquals(StandaloneWasm.REFUSED, infer(exports, new float[] {0, Float.NaN, 0}, 1));
            assertEquals(StandaloneWasm.REFUSED, infer(exports, new float[] {0, 2e15f, 0}, 1));
            assertEquals(StandaloneWasm.TRAPPED, infer(exports, new float[] {1e9f, 0, 0}, 1));
            assertEquals(0, infer(exports, new float[] {1, 2, 3}, 1));
        }
    }

    /** Random numbers of the first step, as every machine has them. */
    @Test
    void noiseIsThatOfTheSeed() {
        Model model = Model.initialise(
                network(Shape.of(6), new Softmax(new GumbelSoftmax(1f, GumbelSoftmax.Noise.ALWAYS, false))), 77);
        float[] x = input(6, 1);
        try (GraalWasm wasm = new GraalWasm()) {
            Value exports = wasm.exports(CompiledModel.of(model, 1));
            assertEquals(0, infer(exports, x, 1));
            float[] expected = ModelRunner.open(new ReferenceMachine(), model)
                    .get()
                    .run(x, 1)
                    .get();
            assertThat(output(exports, 6)).containsExactly(bits(expected));
        }
    }

    /** Engines take 100,000 segments of data: weights with many zeros between them would make more. */
    @Test
    void sparseWeightsMakeFewSegments() {
        Model model = Model.initialise(network(Shape.of(640), new Dense(640, Simple.LINEAR, true)), 3);
        float[] kernel = model.parameters().get("0.0.0.kernel").values();
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = i % 12 == 0 ? 1f + i % 7 : 0;
        }
        float[] x = input(640, 1);
        try (GraalWasm wasm = new GraalWasm()) {
            byte[] module = CompiledModel.of(model, 1);
            Value exports = wasm.exports(module);
            assertEquals(0, infer(exports, x, 1));
            float[] expected = ModelRunner.open(new ReferenceMachine(), model)
                    .get()
                    .run(x, 1)
                    .get();
            assertThat(output(exports, 640)).containsExactly(bits(expected));
            assertThat(dataSegments(module)).isLessThan(100_000).isPositive();
        }
    }

    /** What the section of data of a module says. */
    private static int dataSegments(byte[] module) {
        ByteBuffer b = ByteBuffer.wrap(module).position(8);
        while (b.get() != 11) {
            int size = unsigned(b);
            b.position(b.position() + size);
        }
        unsigned(b);
        return unsigned(b);
    }

    private static int unsigned(ByteBuffer b) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = b.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Test
    void saysWhatItIs() {
        Model model = Model.initialise(network(Shape.of(2, 8), new GlobalAvgPool()), 3);
        String text = new String(CompiledModel.of(model, 1), StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
        assertThat(text)
                .contains("\"name\":\"some\"")
                .contains("\"input\":[2,8]")
                .contains("\"output\":[2]");
        // What `loom inspect` shows.
        Inspection shown = Inspection.of(model);
        assertThat(text)
                .contains("\"model\":\"" + ModelDigest.of(model) + "\"")
                .contains("\"program\":\"" + Disassembler.digest(shown.program()) + "\"");
    }

    @Test
    void stateIsNotForIt() {
        assertThatThrownBy(() -> CompiledModel.of(
                        Model.initialise(network(Shape.of(3), new Dense(2, Simple.LINEAR, true)), 3), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static float[] input(int elements, int seed) {
        float[] x = new float[elements];
        for (int i = 0; i < elements; i++) {
            x[i] = 4 * Philox.uniform(Philox.word(seed, i, 0, 0, 0)) - 2;
        }
        return x;
    }

    private static int number(Value exports, String global) {
        return exports.getMember(global).getMember("value").asInt();
    }

    private static int infer(Value exports, float[] x, int batch) {
        Value memory = exports.getMember("memory");
        int at = number(exports, "input");
        for (int i = 0; i < x.length; i++) {
            memory.writeBufferInt(ByteOrder.LITTLE_ENDIAN, at + 4L * i, Float.floatToRawIntBits(x[i]));
        }
        return exports.getMember("infer").execute(batch).asInt();
    }

    private static int[] output(Value exports, int elements) {
        int[] bits = new int[elements];
        int at = number(exports, "output");
        for (int i = 0; i < elements; i++) {
            bits[i] = exports.getMember("memory").readBufferInt(ByteOrder.LITTLE_ENDIAN, at + 4L * i);
        }
        return bits;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
