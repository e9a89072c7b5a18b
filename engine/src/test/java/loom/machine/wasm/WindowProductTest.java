package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions with few filters in a group, without patches: over 1 to 3 axes, with strides, dilations and padding. */
class WindowProductTest {
    private static final int CASES = 40;
    private static final int BATCH = 3;

    private final Random random = new Random(11);

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    private Program convolution(int rank) {
        int[] kernel = new int[rank];
        int[] strides = new int[rank];
        int[] dilations = new int[rank];
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] ones = new int[rank];
        int groups = between(2, 5);
        int[] x = new int[2 + rank];
        int[] w = new int[2 + rank];
        x[0] = 1;
        w[0] = groups * between(1, 3);
        w[1] = between(1, 2);
        x[1] = groups * w[1];
        for (int i = 0; i < rank; i++) {
            kernel[i] = between(1, rank == 3 ? 2 : 3);
            strides[i] = between(1, 3);
            dilations[i] = between(1, 2);
            before[i] = between(0, 2);
            after[i] = between(0, 2);
            ones[i] = 1;
            x[2 + i] = i < rank - 1 ? between(5, 8) : between(20, 90);
            w[2 + i] = kernel[i];
        }
        GraphBuilder g = new GraphBuilder();
        Node input = g.input("x", TensorType.f32(Shape.of(x, 0)));
        Node y = g.conv(
                input,
                g.parameter("w", Shape.of(w)),
                new WindowGeometry(
                        Words.of(kernel),
                        Words.of(strides),
                        Words.of(dilations),
                        Words.of(before),
                        Words.of(after),
                        Words.of(ones)),
                groups);
        int[] perChannel = new int[1 + rank];
        Arrays.fill(perChannel, 1);
        perChannel[0] = w[0];
        Node b = g.parameter("b", Shape.of(perChannel));
        // Every third time the sums are taken twice, and have to be stored.
        Node biased = g.max(g.plus(y, b), g.constant(-0.1f));
        if (random.nextBoolean()) {
            biased = scaled(g, biased, w[0], ones);
        }
        g.output("y", groups % 3 == 0 ? g.plus(biased, g.sum(y, 1)) : biased);
        return Compiler.compile(g.build());
    }

    /** One more convolution, of one tap, so that what is before it stays in the stripe. */
    private static Node scaled(GraphBuilder g, Node x, int channels, int[] ones) {
        int rank = ones.length;
        int[] kernel = new int[2 + rank];
        Arrays.fill(kernel, 1);
        kernel[1] = channels;
        Words one = Words.of(ones);
        Words none = Words.of(new int[rank]);
        return g.conv(x, g.parameter("v", Shape.of(kernel)), new WindowGeometry(one, one, one, none, none, one), 1);
    }

    private static List<WindowProduct> windows(Program program) {
        List<WindowProduct> all = new ArrayList<>();
        for (Stripe s : Stripes.of(program, Stripes.CACHE).all()) {
            for (Patches p : s.patches()) {
                if (p instanceof WindowProduct w) {
                    all.add(w);
                }
            }
        }
        return all;
    }

    private static float[] run(Machine machine, Program program, Map<Integer, float[]> values) {
        Execution e = machine.prepare(program).get();
        e.batch(BATCH);
        values.forEach(e::write);
        e.run();
        float[] y = e.finish().get().readFloats(program.output("y")).get();
        e.close();
        return y;
    }

    /** Of every source. */
    private Map<Integer, float[]> values(Program program) {
        Map<Integer, float[]> all = new LinkedHashMap<>();
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Source) {
                float[] values = new float[b.type().shape().elements(BATCH)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextInt(8) == 0 ? 0 : random.nextFloat() - 0.5f;
                }
                all.put(b.id(), values);
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void hasTheReferencesBits(int rank) {
        int windowed = 0;
        int finished = 0;
        for (int i = 0; i < CASES; i++) {
            Program program = convolution(rank);
            for (WindowProduct p : windows(program)) {
                windowed++;
                finished += p.epilogue().isPresent() ? 1 : 0;
            }
            Map<Integer, float[]> values = values(program);
            float[] expected = run(new ReferenceMachine(), program, values);
            assertThat(Words.bits(run(new WasmMachine(GraalWasmHost.shared()), program, values)))
                    .as("case %s", i)
                    .isEqualTo(Words.bits(expected));
        }
        assertThat(windowed).isGreaterThan(CASES * 3 / 4);
        assertThat(finished).isBetween(CASES / 8, windowed - 1);
    }
}
