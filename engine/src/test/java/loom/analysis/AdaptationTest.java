package loom.analysis;

import static loom.analysis.StatisticsTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdaptationTest {
    private static Adaptation record(int window, String steps) {
        Adaptation a = new Adaptation(window);
        for (char c : steps.toCharArray()) {
            if (Character.isLetter(c)) {
                a.task(String.valueOf(c));
            } else {
                a.record(c - '0');
            }
        }
        return a;
    }

    /** Right from the start, wrong four times after the change, then right: a window of 4 is right again after 8 steps. */
    @Test
    void recovery() {
        Adaptation.Report r = record(4, "a1111110111b00001111b").report();
        assertThat(r.phases()).hasSize(2);
        Adaptation.Phase b = r.phases().get(1);
        assertThat(b.from()).isEqualTo(10);
        assertThat(b.to()).isEqualTo(18);
        assertThat(b.before()).isEqualTo(0.75);
        assertThat(b.after()).isZero();
        assertThat(b.last()).isEqualTo(1);
        assertThat(b.mean()).isEqualTo(0.5);
        // 0.9 · 0.75: three of four are enough.
        assertThat(b.recovery()).isEqualTo(7);
        assertThat(r.phases().get(0).before()).isNaN();
        assertThat(r.windows()).containsExactly(1.0, 0.75, 0.5, 0.5, 1.0);
        assertThat(r.meanRecovery()).isEqualTo(7);
        assertThat(r.json()).contains("\"mean_recovery\": 7", "\"before\": null", "\"recovery\": 7");
    }

    @Test
    void someNeverRecover() {
        Adaptation.Report r = record(3, "a111b000c11").report();
        assertThat(r.phases()).extracting(Adaptation.Phase::recovery).containsExactly(-1, -1, -1);
        assertThat(r.meanRecovery()).isNaN();
        assertThat(r.phases().get(2).after()).isCloseTo(1, within(0.0));
    }

    @Test
    void aTaskWithoutStepsIsNone() {
        assertThat(record(2, "ab1").report().phases())
                .extracting(Adaptation.Phase::task)
                .containsExactly("b");
        assertThat(record(2, "1").report().phases())
                .extracting(Adaptation.Phase::task)
                .containsExactly("");
    }

    @Test
    void saysWhatCannotBe() {
        refused(() -> new Adaptation(0), "a window of 0 steps, expected at least 1");
        refused(() -> new Adaptation(1).report(), "nothing has been recorded");
        refused(() -> new Adaptation(1).record(Float.NaN), "step 0: expected a score from 0 to 1");
    }
}
