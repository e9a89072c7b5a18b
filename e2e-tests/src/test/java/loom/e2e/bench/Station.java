package loom.e2e.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** An engine's page, open in its own browser, with at most one workload prepared. */
final class Station implements AutoCloseable {
    private static final double MAX_RUNS = 1 << 20;

    private final Browser browser;
    private final Page page;
    private final Engine engine;
    private final BenchServer server;
    private final CpuTime cpu;

    Station(Engine engine, Browser browser, BenchServer server) {
        this.engine = engine;
        this.browser = browser;
        this.server = server;
        page = browser.newPage();
        page.setDefaultTimeout(120_000);
        page.navigate(server.url("/pages/" + engine.page()));
        page.waitForFunction("globalThis.ready === true");
        cpu = CpuTime.of(browser);
    }

    Engine engine() {
        return engine;
    }

    /** Builds the workload's model and fetches its input. */
    void prepare(Workload workload) {
        Map<String, Object> all = new TreeMap<>(Map.of(
                "url", Stock.model(workload, engine),
                "inputUrl", Stock.input(workload),
                "shape", Stock.inputShape(workload)));
        if (workload.labels().isPresent()) {
            all.put("labelsUrl", Stock.labels(workload));
            all.put("steps", TrainingWorkload.STEPS);
            all.put("checkedSteps", TrainingWorkload.CHECKED_STEPS);
            all.put("rate", (double) TrainingWorkload.RATE);
        }
        page.evaluate("workload => bench.prepare(workload)", all);
    }

    /** Lets the workload go. */
    void finish() {
        page.evaluate("() => bench.close()");
    }

    byte[] output() {
        return Base64.getDecoder().decode((String) page.evaluate("() => bench.output()"));
    }

    /** Warms up for {@code warmMs}; returns how many runs take about {@code targetMs}. */
    int runsFor(double warmMs, double targetMs) {
        double spent = 0;
        double runs = 1;
        double each;
        do {
            double took = wall((int) runs);
            spent += took;
            each = Math.max(took / runs, 1e-4);
            if (took < targetMs) {
                runs = Math.min(2 * runs, MAX_RUNS);
            }
        } while (spent < warmMs);
        return (int) Math.max(1, Math.min(MAX_RUNS, Math.round(targetMs / each)));
    }

    /** Times {@code runs} runs; milliseconds of one. */
    Sample sample(int runs) {
        double before = cpu.milliseconds();
        double took = wall(runs);
        return new Sample(took / runs, (cpu.milliseconds() - before) / runs);
    }

    private double wall(int runs) {
        return ((Number) page.evaluate("runs => bench.sample(runs)", runs)).doubleValue();
    }

    String browserVersion() {
        return browser.version();
    }

    @Override
    public void close() {
        browser.close();
    }
}
