package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Consumer;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.numeric.Domain;
import loom.numeric.Philox;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that need several strips, bands and blocks: the reference machine's bits with any number of threads, every time. */
class LargeProgramsTest {
    private static Node input(GraphBuilder g, String name, int... dims) {
        return g.input(name, TensorType.f32(Shape.of(dims)));
    }

    private static float[] run(Machine machine, Program program, int times) {
        Execution e = machine.prepare(program).get();
        e.batch(3);
        long seed = 0;
        for (Map.Entry<String, Integer> s : program.sources().entrySet()) {
            Buffer source = program.buffer(s.getValue());
            float[] values = new float[source.type().shape().elements(3)];
            seed++;
            for (int i = 0; i < values.length; i++) {
                // Of many magnitudes, so that the order of a sum shows.
                float x = Philox.normal(seed, i, 0, 0, 0);
                values[i] = Domain.roundD(i % 3 == 0 ? x * 1e-4f : x);
            }
            e.write(s.getValue(), values);
        }
        float[] first = null;
        for (int t = 0; t < times; t++) {
            e.run();
            float[] found = e.finish().get().readFloats(program.output("y")).get();
            assertThat(first == null || same(first, found)).as("run " + t).isTrue();
            first = found;
        }
        e.close();
        return first;
    }

    private static boolean same(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
                return false;
            }
        }
        return a.length == b.length;
    }

    private static void check(Consumer<GraphBuilder> build) {
        GraphBuilder g = new GraphBuilder();
        build.accept(g);
        Program program = Compiler.compile(g.build());
        float[] expected = run(new ReferenceMachine(), program, 1);
        for (Loops loops : Loops.values()) {
            for (int threads : new int[] {1, 2, 3, 8}) {
                float[] found = run(new ParallelMachine(new Crew(threads), loops), program, 4);
                assertThat(same(expected, found))
                        .as(loops + ", " + threads + " threads")
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 800, 300", // one row, two strips, three blocks
        "71, 1531, 130", // a whole and a part of a band, three strips
        "131, 65, 257", // lanes along columns, rows left over
        "900, 3, 129", // lanes along rows
        "900, 63, 2",
        "1100, 1, 300", // one row in the end, three strips of tiles
        "6, 97, 385", // tiles with rows and columns that are none
        "13, 48, 200", // a whole slice, two thin ones
        "70, 10, 300", // thin slices only
        "1, 75, 140", // one row, two thin slices
        "5, 7, 1",
    })
    void products(int m, int n, int k) {
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                check(g -> {
                    Node a = transposeA ? input(g, "a", k, m) : input(g, "a", m, k);
                    Node b = transposeB ? input(g, "b", n, k) : input(g, "b", k, n);
                    g.output("y", g.matMul(a, transposeA, b, transposeB));
                });
            }
        }
    }

    @Test
    void productsOfGroups() {
        check(g -> g.output("y", g.matMul(input(g, "a", 5, 40, 150), input(g, "b", 5, 150, 90))));
        check(g -> g.output("y", g.matMul(input(g, "a", 5, 70, 150), true, input(g, "b", 5, 9, 70), true)));
    }

    @Test
    void chainsOverManyStrips() {
        check(g -> {
            Node x = input(g, "x", 37, 411);
            Node row = g.broadcast(g.reshape(input(g, "row", 411), Shape.of(1, 411)), Shape.of(37, 411));
            Node column = g.broadcast(g.reshape(input(g, "column", 37), Shape.of(37, 1)), Shape.of(37, 411));
            g.output("y", g.times(g.exp(g.plus(x, row)), g.max(column, g.minus(row, x))));
        });
    }

    @Test
    void longRowsAndColumns() {
        for (ReduceKind kind : ReduceKind.values()) {
            check(g -> g.output("y", g.reduce(kind, input(g, "x", 3, 9001), 1)));
            check(g -> g.output("y", g.reduce(kind, input(g, "x", 4500, 11), 0)));
            check(g -> g.output("y", g.reduce(kind, input(g, "x", 2, 33, 1100), 1)));
            check(g -> g.output("y", g.reduce(kind, input(g, "x", 19, 1100, 3), 1)));
        }
    }

    /** What convolutions read in place of patches; see {@link Convolution}. */
    @ParameterizedTest
    @CsvSource({
        "4, 33, 29, 6, 3, 1, 1, 1", // three strips
        "17, 14, 14, 70, 3, 1, 1, 1", // two bands, two blocks, two pieces in a vector
        "3, 28, 28, 9, 3, 2, 1, 1", // every second element
        "40, 7, 5, 4, 3, 1, 1, 1", // short rows
        "8, 19, 23, 5, 5, 1, 3, 2", // far apart, wide margins
        "20, 9, 9, 3, 2, 1, 1, 0", // no margins
        "1, 4, 1, 2, 3, 1, 1, 1", // four positions: patches are made
        "150, 6, 6, 5, 1, 1, 1, 0", // a patch is a position
    })
    void convolutions(int channels, int high, int wide, int filters, int side, int stride, int dilation, int margin) {
        WindowGeometry geometry = new WindowGeometry(
                Words.of(side, side),
                Words.of(stride, stride),
                Words.of(dilation, dilation),
                Words.of(margin, margin),
                Words.of(margin, margin),
                Words.of(1, 1));
        check(g -> {
            Node x = g.input("x", TensorType.f32(Shape.batched(channels, high, wide)));
            g.output("y", g.conv(x, input(g, "w", filters, channels, side, side), geometry, 1));
        });
    }

    @Test
    void turnedCopies() {
        check(g -> g.output("y", g.permute(input(g, "x", 60, 70, 20), 2, 0, 1)));
        check(g -> g.output("y", g.reverse(g.pad(input(g, "x", 300, 40), 1, 2, 5), 1)));
    }
}
