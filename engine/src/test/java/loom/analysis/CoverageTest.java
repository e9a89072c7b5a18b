package loom.analysis;

import static loom.analysis.StatisticsTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
    /** Columns: three models; rows: six samples. */
    private static final Coverage MASKS = Coverage.of(
            new Table(List.of("a", "b", "c"), new float[] {1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0}));

    @Test
    void pairsByWhatTheyCoverTogether() {
        assertThat(MASKS.pairs())
                .containsExactly(
                        new Coverage.Pair(0, 2, 0, 4, 1, 1),
                        new Coverage.Pair(0, 1, 2, 2, 0, 2),
                        new Coverage.Pair(1, 2, 0, 2, 1, 3));
        assertThat(MASKS.pairs()).extracting(Coverage.Pair::union).containsExactly(5, 4, 3);
        assertThat(MASKS.covered(1)).isEqualTo(2);
    }

    @Test
    void anEnsembleTakesWhatAddsMost() {
        assertThat(MASKS.ensemble()).containsExactly(new Coverage.Step(0, 4, 4), new Coverage.Step(2, 1, 5));
        assertThat(Coverage.of(Table.of(2, 0, 0, 0, 0)).ensemble()).isEmpty();
    }

    @Test
    void jsonHasAllOfIt() {
        assertThat(AnalysisJson.write(MASKS))
                .contains(
                        "\"samples\": 6",
                        "{\"name\": \"a\", \"right\": 4}",
                        "{\"model\": \"c\", \"gained\": 1, \"covered\": 5}")
                .contains(
                        "{\"first\": \"a\", \"second\": \"c\", \"union\": 5, \"both\": 0, \"only_first\": 4, \"only_second\": 1, \"neither\": 1}");
    }

    @Test
    void saysWhatCannotBe() {
        refused(() -> new Coverage(List.of(), List.of()), "0 names for 0 masks, expected at least one of each");
        refused(
                () -> new Coverage(List.of("a", "b"), List.of(new boolean[2], new boolean[3])),
                "the mask of b has 3 samples, expected 2");
        refused(() -> new Coverage(List.of("a"), List.of(new boolean[0])), "the mask of a has 0 samples, expected 1");
    }
}
