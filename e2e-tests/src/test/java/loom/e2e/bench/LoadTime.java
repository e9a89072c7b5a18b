package loom.e2e.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a page takes from the start of its navigation to its first digit, and what it fetches for that.
 *
 * @param cold milliseconds in a browser that has just started and has nothing in its cache, one for each round
 * @param warm milliseconds when the page is opened again
 * @param engineBytes content of html, scripts and wasm over the wire when cold
 * @param modelBytes content of model and input over the wire when cold
 * @param error of the output, relative to its largest value
 * @param failure what went wrong; empty if nothing did
 */
record LoadTime(List<Double> cold, List<Double> warm, long engineBytes, long modelBytes, double error, String failure) {
    /** Measures every engine in turns. */
    static Map<Engine, LoadTime> measure(Chrome chrome, BenchServer server, Workload workload, int rounds) {
        float[] expected = Reference.output(workload);
        Map<Engine, LoadTime> all = new LinkedHashMap<>();
        for (Engine engine : Engine.LOADING) {
            all.put(engine, new LoadTime(List.of(), List.of(), 0, 0, 0, ""));
        }
        // Round 0 fills the server's memory and the system's caches and is not counted.
        for (int round = 0; round <= rounds; round++) {
            for (Engine engine : Engine.LOADING) {
                if (all.get(engine).failure().isEmpty()) {
                    LoadTime one = visit(chrome, server, workload, engine, expected);
                    if (round > 0 || !one.failure().isEmpty()) {
                        all.merge(engine, one, LoadTime::and);
                    }
                }
            }
        }
        return all;
    }

    private static LoadTime visit(
            Chrome chrome, BenchServer server, Workload workload, Engine engine, float[] expected) {
        String url = server.url("/pages/" + engine.page() + "&first=" + encode(Stock.model(workload, engine))
                + "&input=" + encode(Stock.input(workload)) + "&shape="
                + encode(Stock.inputShape(workload).toString()));
        try (Browser browser = chrome.start();
                BrowserContext context = browser.newContext()) {
            settle(browser);
            server.forget();
            First cold = First.open(context, url);
            long model = 0;
            long rest = 0;
            for (BenchServer.Sent sent : server.sent()) {
                if (sent.path().startsWith("/models/")) {
                    model += sent.bytes();
                } else {
                    rest += sent.bytes();
                }
            }
            First warm = First.open(context, url);
            double error = Math.max(engine.error(cold.output(), expected), engine.error(warm.output(), expected));
            return new LoadTime(List.of(cold.at()), List.of(warm.at()), rest, model, error, "");
        } catch (PlaywrightException | IllegalStateException e) {
            return new LoadTime(List.of(), List.of(), 0, 0, Double.NaN, e.getMessage());
        }
    }

    private LoadTime and(LoadTime other) {
        List<Double> allCold = new ArrayList<>(cold);
        allCold.addAll(other.cold);
        List<Double> allWarm = new ArrayList<>(warm);
        allWarm.addAll(other.warm);
        return new LoadTime(
                allCold, allWarm, other.engineBytes, other.modelBytes, Math.max(error, other.error), other.failure);
    }

    /** A browser that has just started is busy with itself: an empty page first, as a person would have one. */
    private static void settle(Browser browser) {
        try (Page page = browser.newPage()) {
            page.navigate("about:blank");
            page.waitForTimeout(700);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private record First(double at, float[] output) {
        static First open(BrowserContext context, String url) {
            try (Page page = context.newPage()) {
                page.navigate(url);
                page.waitForFunction(
                        "globalThis.ready !== undefined", null, new Page.WaitForFunctionOptions().setTimeout(60_000));
                Map<?, ?> ready = (Map<?, ?>) page.evaluate("() => globalThis.ready");
                if (ready.containsKey("error")) {
                    throw new IllegalStateException(url + ": " + ready.get("error"));
                }
                byte[] output = Base64.getDecoder().decode((String) ready.get("output"));
                return new First(((Number) ready.get("at")).doubleValue(), Floats.of(output));
            }
        }
    }
}
