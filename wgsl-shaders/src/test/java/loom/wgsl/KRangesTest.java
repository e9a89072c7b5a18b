package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

class KRangesTest {
    private static KRanges ranges(int k, int elements, int tiles, int invocations, int words) {
        return new KRanges(
                new Extent(k, true), Extent.of(elements), batch -> tiles, 64, new KRanges.Limits(invocations, words));
    }

    private static int word(Word word, int batch, int turn) {
        return word.at(new Word.Dispatched(Compiler.compile(new GraphBuilder().build()), batch, new int[0], turn, 1));
    }

    @Test
    void everyBlockIsInOneTurn() {
        for (int k : new int[] {1, 127, 128, 129, 1_000, 3_136}) {
            for (int elements : new int[] {1, 63, 4_096}) {
                for (int tiles : new int[] {1, 5, 300}) {
                    for (int invocations : new int[] {1, 640, 1 << 17}) {
                        for (int words : new int[] {1, 5_000, 100_000, 1 << 22}) {
                            check(ranges(k, elements, tiles, invocations, words), 1);
                            check(ranges(k, elements, tiles, invocations, words), 33);
                        }
                    }
                }
            }
        }
    }

    private static void check(KRanges r, int batch) {
        int turns = r.turns(batch);
        int end = 0;
        for (int turn = 0; turn < turns; turn++) {
            assertThat(word(r.begin(), batch, turn)).isEqualTo(end);
            end = word(r.end(), batch, turn);
            int length = end - word(r.begin(), batch, turn);
            assertThat(length).isPositive();
            // Workgroups reach the end, and the sums of blocks have room.
            assertThat((long) r.ranges(batch) * word(r.step(), batch, turn)).isGreaterThanOrEqualTo(length);
            assertThat((length + 127) / 128 * r.elements().at(batch)).isLessThanOrEqualTo(r.words(batch));
        }
        assertThat(end).isEqualTo(r.k().at(batch));
        assertThat(r.words(batch))
                .isLessThanOrEqualTo(Math.max(r.limits().words(), r.elements().at(batch)));
    }

    @Test
    void rangesAreAsLongAsKeepsAllBusy() {
        // 784 blocks by 36 tiles of 64 invocations.
        assertThat(ranges(100_352, 36_864, 36, 1 << 17, 1 << 25).ranges(1)).isEqualTo(61);
        assertThat(ranges(100_352, 36_864, 36, 1 << 30, 1 << 25).ranges(1)).isEqualTo(784);
        assertThat(ranges(100_352, 36_864, 36, 1, 1 << 25).ranges(1)).isEqualTo(1);
    }

    @Test
    void memoryDecidesTurns() {
        KRanges r = ranges(3_136, 36_864, 36, 1 << 17, 4 << 20);
        assertThat(r.turns(4)).isEqualTo(1);
        assertThat(r.words(4)).isEqualTo(98 * 36_864);
        assertThat(r.turns(32)).isEqualTo(7);
        assertThat(r.words(32)).isEqualTo(112 * 36_864);
        assertThat(r.turns(3_200)).isEqualTo(694);
    }

    /** The same two stages each turn, with words of their own. */
    @Test
    void turnsAreDispatchedOneAfterTheOther() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(36)));
        Node y = b.input("y", TensorType.f32(Shape.batched(50)));
        b.output("z", b.matMul(x, true, y, false));
        Program program = Compiler.compile(b.build());
        Variants variants = new Variants(
                Product.FMA_NZ,
                Variants.Tiling.SMALL_RANGES,
                true,
                Variants.Windows.IN_PLACE,
                new KRanges.Limits(1 << 17, 4_000));
        Layout layout = Layout.of(program, variants);
        Plan plan = Plan.of(layout, 700);
        assertThat(plan.stages()).hasSize(2);
        assertThat(plan.steps().stream().map(Plan.Step::stage)).isEqualTo(List.of(0, 1, 0, 1, 0, 1));
        assertThat(layout.slotElements(700)[layout.program().slots()]).isEqualTo(2 * 36 * 50);
        assertThat(plan.steps().stream().map(s -> s.x() * s.y())).isEqualTo(List.of(8, 29, 8, 29, 8, 29));
    }
}
