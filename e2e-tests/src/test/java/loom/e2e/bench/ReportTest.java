package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.e2e.bench.Result.Timing;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Setting SETTING = new Setting("today", "a processor", 2, "156", "", "25", 1, "0.1", "0.2");

    @Test
    void theBestPeerIsTheFasterOne() {
        assertThat(row(took(2), took(4), took(6), took(3)))
                .contains("| 1.50 × | 0.75 × | – |")
                .endsWith("| 2.00 × |");
    }

    @Test
    void wrongOutputsAndFailuresAreNoCompetition() {
        Timing wrong = new Timing(1, 1e-4, false, true, 1, List.of(new Sample(0.1, 0.1)), "");
        assertThat(row(took(2), took(4), took(6), wrong))
                .contains("ERR 1.0e+00")
                .contains("| 3.00 × | 1.50 × | – |");
        Timing failed = Timing.failed("no form");
        assertThat(row(took(2), took(4), failed, failed)).contains("| – | – | – |");
    }

    @Test
    void failuresSayWhy() {
        Result result = result(took(2), took(4), took(6), Timing.failed("softsign has no form"));
        assertThat(Report.of(SETTING, List.of(result), Map.of()))
                .contains(
                        "* TensorFlow.js (wasm, 1 thread, in the page), W1 MLP 784-512-512-10, batch 1: softsign has no form");
    }

    /** Charts are drawn from it. */
    @Test
    void theJsonOfFailuresIsJson() {
        Timing other =
                new Timing(Double.POSITIVE_INFINITY, 1e-4, false, true, 1, List.of(new Sample(2, Double.NaN)), "");
        String json = ReportJson.of(SETTING, List.of(result(other, Timing.failed("no form"))), Map.of());
        assertThat(json).doesNotContain("NaN", "Infinity").contains("\"failure\": \"no form\"", "\"wall\": 2.0");
    }

    @Test
    void trainingsHaveATableOfTheirOwn() {
        Map<Engine, Timing> engines = new LinkedHashMap<>();
        Engine.TRAINING.forEach(engine -> engines.put(engine, took(engine.isOurs() ? 2 : 5)));
        String report = Report.of(
                SETTING,
                List.of(result(took(2), took(4), took(6), took(3)), new Result(new TrainingWorkload(), engines)),
                Map.of());
        assertThat(report.split("\\| workload \\|.*best peer ÷ loom \\|")).hasSize(3);
        assertThat(report)
                .contains("| plain JavaScript (in the page): median (least) |")
                .contains("| 2.50 × | 2.50 × |");
    }

    @Test
    void webGpuHasAColumnForNoThreads() {
        Map<Engine, Timing> engines = new LinkedHashMap<>();
        Contest.WEBGPU
                .engines(new MlpWorkload(1))
                .forEach(engine -> engines.put(engine, took(engine.isOurs() ? 2 : 5)));
        Setting onGpu = new Setting("today", "a processor", 2, "156", "a GPU", "25", 1, "0.1", "0.2");
        String report = Report.of(onGpu, List.of(new Result(new MlpWorkload(1), engines)), Map.of());
        assertThat(report)
                .contains("; Chromium 156; WebGPU on a GPU; Java 25.")
                .contains("| best peer ÷ loom-webgpu | best peer ÷ loom-webgpu-in-page | Loom GFLOP/s, best |\n")
                .contains("| 2.50 × | 2.50 × | 0.669 |\n");
    }

    private static final double ON_TWO = 1;

    private static Timing took(double milliseconds) {
        return new Timing(0, 1e-4, true, true, 1, List.of(new Sample(milliseconds, milliseconds)), "");
    }

    private static Result result(Timing... timings) {
        Map<Engine, Timing> engines = new LinkedHashMap<>();
        Engine.INFERENCE.forEach(engine -> engines.put(engine, Timing.failed("not measured")));
        List<Engine> measured = List.of(Engine.LOOM, Engine.LOOM_IN_PAGE, Engine.ORT, Engine.TFJS);
        for (int i = 0; i < timings.length; i++) {
            engines.put(measured.get(i), timings[i]);
        }
        engines.put(Engine.LOOM_ON_TWO, took(ON_TWO));
        return new Result(new MlpWorkload(1), engines);
    }

    private static String row(Timing... timings) {
        String report = Report.of(SETTING, List.of(result(timings)), Map.of());
        return Arrays.stream(report.split("\n"))
                .filter(line -> line.startsWith("| W1"))
                .findFirst()
                .orElseThrow();
    }
}
