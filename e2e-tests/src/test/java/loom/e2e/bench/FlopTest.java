package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlopTest {
    @Test
    void denseLayers() {
        assertThat(Flop.of(new MlpWorkload(64))).isEqualTo(2.0 * 64 * (784 * 512 + 512 * 512 + 512 * 10));
        assertThat(Flop.of(new MatMulWorkload(512))).isEqualTo(2.0 * 512 * 512 * 512);
    }

    @Test
    void convolutions() {
        int positions = 14 * 14;
        assertThat(Flop.of(new ConvWorkload(32)))
                .isEqualTo(2.0 * 32 * (positions * 32 * 9 + positions * 64 * 32 * 9 + 64 * positions * 10));
    }

    @Test
    void attentionAndFeedForward() {
        double matrices = 4.0 * 512 * 512 + 3.0 * 512 * 1376;
        double heads = 2.0 * 128 * 512; // a query: 128 products of all its elements, and 128 values
        assertThat(Flop.of(new BlockWorkload())).isEqualTo(2 * 128 * (matrices + heads));
    }

    @Test
    void recurrence() {
        assertThat(Flop.of(new LstmWorkload())).isEqualTo(2.0 * 64 * (128 + 256) * 4 * 256);
    }

    @Test
    void training() {
        double back = 784 * 128 + 2 * 128 * 10;
        assertThat(Flop.of(new TrainingWorkload())).isEqualTo(1000 * 2.0 * 32 * (784 * 128 + 128 * 10 + back));
    }
}
