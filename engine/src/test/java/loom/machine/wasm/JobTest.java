package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.Kernel;
import org.junit.jupiter.api.Test;

class JobTest {
    /** What a platform can count: hands.js has 16 bits. */
    private static final int MOST_PARTS = (1 << 16) - 1;

    private static final Extent BATCH = new Extent(1, true);

    private static Kernel.MatMul product(Extent groups, Extent m, int n, int k) {
        return new Kernel.MatMul(
                0, 1, 2, false, false, false, false, groups, m, Extent.of(n), Extent.of(k), Factors.F32, 0);
    }

    private static int partSize(Kernel.MatMul kernel, int batch, int threads) {
        return Job.of(kernel, kernel.groups().isOne() ? Share.ROWS : Share.GROUPS, false)
                .partSize(batch, threads, Job.LEAST);
    }

    @Test
    void aProductIsSharedByWholeTilesOfRows() {
        Kernel.MatMul rows = product(Extent.ONE, BATCH, 512, 512);
        assertThat(partSize(rows, 512, 2)).isEqualTo(SpreadWasm.band(rows));
        assertThat(partSize(rows, 64, 2)).isEqualTo(16);
        assertThat(partSize(rows, 9, 2)).isEqualTo(4);
        assertThat(partSize(rows, 9, 4)).isEqualTo(4);
    }

    @Test
    void whatIsDoneBeforeAThreadWakesIsNotShared() {
        assertThat(partSize(product(Extent.ONE, BATCH, 512, 512), 1, 2)).isZero();
        assertThat(partSize(product(Extent.ONE, BATCH, 10, 784), 64, 2)).isZero();
        assertThat(partSize(product(Extent.ONE, BATCH, 4096, 4096), 4, 2))
                .as("one tile")
                .isZero();
    }

    @Test
    void productsOfAGroupAreShared() {
        assertThat(partSize(product(Extent.of(8), Extent.of(128), 128, 64), 1, 2))
                .isEqualTo(2);
        assertThat(partSize(product(BATCH, Extent.of(64), 196, 288), 1, 2)).isZero();
    }

    @Test
    void samplesOfAStripeAreSharedIfThereIsOneForEachThread() {
        Kernel each = product(BATCH, Extent.of(64), 196, 288);
        Job job = Job.of(new Stripe(0, 1, 4, true, List.of()), List.of(each), 3);
        assertThat(job.partSize(2, 3, Job.LEAST)).isZero();
        assertThat(job.partSize(3, 3, Job.LEAST)).isEqualTo(1);
        assertThat(job.partSize(100, 3, Job.LEAST)).as("a stripe").isEqualTo(4);
    }

    @Test
    void columnsOfFewRowsAreSharedWhereThreadsAreAwake() {
        Kernel.MatMul step = product(Extent.ONE, BATCH, 1024, 256);
        assertThat(Job.of(step, Share.COLUMNS, true).partSize(1, 2, Job.LEAST)).isEqualTo(32);
        assertThat(Job.of(step, Share.COLUMNS, false).partSize(1, 2, Job.LEAST)).isZero();
        Kernel.MatMul large = product(Extent.ONE, BATCH, 4100, 4096);
        int panels = Job.of(large, Share.COLUMNS, false).partSize(1, 2, Job.LEAST);
        assertThat(panels).as("a tile of one row takes four").isEqualTo(132);
    }

    @Test
    void thereAreNoMorePartsThanAPlatformCounts() {
        int rows = 100_000_000;
        int size = partSize(product(Extent.ONE, BATCH, 1, 1), rows, 64);
        assertThat((rows - 1) / size + 1).isLessThanOrEqualTo(MOST_PARTS);
    }
}
