package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void medians() {
        assertThat(Sample.median(3, 1, 2)).isEqualTo(2);
        assertThat(Sample.median(4, 1, 2, 3)).isEqualTo(2.5);
        assertThat(Sample.median()).isNaN();
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        // The second round was slow for both; the medians' ratio would be 3.
        List<Sample> peer = List.of(new Sample(2, 2), new Sample(30, 30), new Sample(3, 3));
        List<Sample> ours = List.of(new Sample(1, 1), new Sample(20, 20), new Sample(1, 1));
        assertThat(Sample.ratio(peer, ours, Sample::wall)).isEqualTo(2);
    }

    @Test
    void errorsAreRelativeToTheLargestValue() {
        assertThat(Floats.relativeError(new float[] {1, 8}, new float[] {2, 8})).isEqualTo(0.125);
        assertThat(Floats.relativeError(new float[] {1}, new float[] {1, 2})).isNaN();
        assertThat(Floats.relativeError(new float[] {Float.NaN, 2}, new float[] {1, 2}))
                .isNaN();
    }

    @Test
    void floatsKeepTheirBits() {
        float[] values = {1.5f, -0.0f, Float.MIN_VALUE};
        assertThat(Floats.of(Floats.toBytes(values))).isEqualTo(values);
        assertThat(Floats.toBytes(new float[] {1})).containsExactly(0, 0, 0x80, 0x3f);
    }
}
