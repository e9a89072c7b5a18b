package loom.e2e.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import java.util.Base64;

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
        page.evaluate("workload => bench.prepare(workload)", Stock.request(workload, engine));
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

    /** What the page's WebGPU runs on; throws IllegalStateException if there is none, or if the processor imitates one and may not. */
    String adapter(boolean software) {
        String name = (String) page.evaluate("""
                async () => {
                    const adapter = await navigator.gpu?.requestAdapter({powerPreference: 'high-performance'});
                    const {vendor = '', architecture = '', description = ''} = adapter?.info ?? {};
                    return adapter ? [vendor, architecture, description].filter((word) => word !== '').join(' ') || 'unnamed' : '';
                }""");
        if (name.isEmpty() || name.contains("swiftshader") && !software) {
            throw new IllegalStateException("Chromium " + browser.version()
                    + " finds no GPU for WebGPU on this machine" + (name.isEmpty() ? "" : ", only " + name)
                    + "; --software takes its SwiftShader");
        }
        return name;
    }

    @Override
    public void close() {
        browser.close();
    }
}
