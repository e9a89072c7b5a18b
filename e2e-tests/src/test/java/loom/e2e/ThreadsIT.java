package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import loom.conformance.LayerCases;
import loom.conformance.Proof;
import loom.conformance.ProofJson;
import loom.conformance.Suite;
import loom.conformance.Workload;
import loom.inspect.ReceiptJson;
import loom.machine.reference.ReferenceMachine;
import loom.server.LoomServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads on a page that is cross-origin isolated: the bits of one, whatever they share; and one where they cannot be had. */
class ThreadsIT extends BrowserTest {
    private static final int STEPS = 30;
    private static final int BATCH = 250;

    private static final String BROKEN_HAND = """
            if (globalThis.name === 'loom-hand') {
                const {Instance} = WebAssembly;
                WebAssembly.Instance = function (module, imports) {
                    const {exports} = new Instance(module, imports);
                    return {exports: {...exports, part() { throw new Error('broken'); }}};
                };
            }
            importScripts('/loom/loom-engine.js');
            """;

    private static LoomServer.Running isolated;

    @BeforeAll
    static void start() {
        isolated = LoomServer.start(0, true);
    }

    @AfterAll
    static void stop() {
        isolated.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void casesAgree(int threads) {
        SelfTestWorker worker = SelfTestWorker.open(this, isolated.url(), threads);
        for (int from = 0; from < LayerCases.SIZE * Suite.ROUND; from += Suite.ROUND) {
            Map<String, Object> round = Map.of("backend", "sharing", "from", from, "to", from + Suite.ROUND);
            assertThat(worker.ask("selfTest", round))
                    .as("cases from " + from)
                    .isEqualTo(Suite.report(new ReferenceMachine(), from, from + Suite.ROUND)
                            .get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void trainingsAgree(int threads) {
        Proof recorded = ProofJson.read("reference-30.json", Resources.bytes("proof/reference-30.json"));
        SelfTestWorker worker = SelfTestWorker.open(this, isolated.url(), threads);
        for (Workload w : Workload.ALL) {
            String text = worker.ask("prove", Map.of("backend", "sharing", "workload", w.name(), "steps", STEPS));
            Proof found = ProofJson.read("proof", text.getBytes(StandardCharsets.UTF_8));
            assertThat(recorded.difference(found)).isEmpty();
            assertThat(recorded.stepsInCommon(found)).as(w.name()).isEqualTo(STEPS);
        }
    }

    /** Models in turn, of which hands attend one at a time; and the same in one thread. */
    @Test
    void modelsAgreeAndSayHowManyThreadsRunThem() {
        openApi(isolated.url());
        float[] x = Digits.of(0, BATCH);
        List<?> found = (List<?>) evaluate("""
                const x = floats(given.x);
                const load = (options) => Loom.load(new Blob([given.file]), {backend: 'wasm', ...options});
                const [one, two, other, three] = await Promise.all(
                    [load({threads: 1}), load({threads: 2}), load({threads: 2}), load({threads: 3})]);
                const bits = [];
                for (let i = 0; i < 3; i++) {
                    for (const model of [one, two, other, three]) {
                        bits.push(hex(await model.run(x)));
                    }
                }
                const receipt = JSON.stringify(await two.receipt(x));
                const words = [one, two, three].map(({threads, why}) => `${threads}: ${why}`);
                await Promise.all([one, two, other, three].map((model) => model.close()));
                return [[...new Set(bits)], receipt, words];
                """, Map.of("file", Digits.MODEL, "x", Bits.base64(x)));

        try (OnJvm jvm = OnJvm.of(Digits.MODEL)) {
            assertThat(found.get(0)).isEqualTo(List.of(Bits.hex(jvm.run(x))));
            assertThat(ReceiptJson.read("receipt", (String) found.get(1)).withoutMachine())
                    .isEqualTo(jvm.receipt(x));
        }
        assertThat(found.get(2)).isEqualTo(List.of("1: as asked", "2: as asked; 2 threads", "3: as asked; 3 threads"));
    }

    @Test
    void workersEndWithTheLastModel() {
        openApi(isolated.url());
        assertThat(evaluate("""
                globalThis.model = await Loom.load(new Blob([given]), {backend: 'wasm', threads: 3});
                return (await globalThis.model.run(new Float32Array(784 * 250))).length;
                """, Digits.MODEL)).isEqualTo(10 * BATCH);
        assertThat(page().workers()).hasSize(3);
        page().evaluate("() => globalThis.model.close()");
        page().waitForCondition(() -> page().workers().isEmpty());
    }

    /** Hands come to no part's end: their script, on a site of its own, sees to it. */
    @Test
    void aHandThatFailsIsAClearError() throws Exception {
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] answer = switch (path) {
                case "/page.html" ->
                    bytes("<!doctype html><html lang=\"en\"><title>Test</title><link rel=\"icon\" href=\"data:,\">"
                            + "<script src=\"/loom/loom.js\"></script></html>");
                case "/worker.js" -> bytes(BROKEN_HAND);
                default -> Resources.bytes("META-INF/resources" + path);
            };
            String ending = path.substring(path.lastIndexOf('.') + 1);
            Headers headers = exchange.getResponseHeaders();
            headers.set(
                    "Content-Type",
                    Map.of("html", "text/html", "js", "text/javascript", "wasm", "application/wasm")
                            .get(ending));
            headers.set("Cross-Origin-Opener-Policy", "same-origin");
            headers.set("Cross-Origin-Embedder-Policy", "require-corp");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        site.start();
        try {
            page().navigate("http://localhost:" + site.getAddress().getPort() + "/page.html");
            assertThat(evaluate("""
                            const options = {backend: 'wasm', threads: 2, workerUrl: 'worker.js'};
                            const model = await Loom.load(new Blob([given]), options);
                            try {
                                for (let i = 0; i < 1000; i++) {
                                    await model.run(new Float32Array(784 * 250));
                                }
                            } catch (error) {
                                return `${error.code}: ${error.message}`;
                            }
                            return 'none';
                            """, Digits.MODEL))
                    .isEqualTo("ENGINE: the engine stopped: one of its threads has stopped");
            assertThat(takeComplaints()).allMatch(complaint -> complaint.contains("broken"));
        } finally {
            site.stop(0);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aPageThatIsNotIsolatedHasOneThreadAndSaysSo() {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const words = [];
                for (const options of [{}, {threads: 2}, {threads: 2, thread: 'page'}, {threads: 2, backend: 'reference'}]) {
                    const model = await Loom.load(new Blob([given]), {backend: 'wasm', ...options});
                    words.push(`${model.threads}: ${model.why}`);
                    await model.close();
                }
                for (const threads of [0, 1.5, '2', 1000]) {
                    await Loom.load(new Blob([given]), {threads}).catch(({code, message}) => words.push(`${code}: ${message}`));
                }
                return words;
                """, Digits.MODEL);
        assertThat(found.toArray())
                .containsExactly(
                        "1: as asked",
                        "1: as asked; one thread: the page is not cross-origin isolated",
                        "1: as asked; in the page, as asked; one thread: the engine is not in a Worker",
                        "1: as asked",
                        "CONFIG: threads is 0, expected a whole number from 1 to 64",
                        "CONFIG: threads is 1.5, expected a whole number from 1 to 64",
                        "CONFIG: threads is 2, expected a whole number from 1 to 64",
                        "CONFIG: threads is 1000, expected a whole number from 1 to 64");
    }
}
