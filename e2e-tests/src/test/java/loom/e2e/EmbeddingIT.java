package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loom.format.ModelReader;
import loom.run.CompiledModel;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of others ask for: engines from another origin, kept files, memory, {@code using}, the element's states. */
class EmbeddingIT extends BrowserTest {
    private static final String TOOLS = """
            const input = (elements) => Float32Array.from({length: elements}, (_, i) => (i * 29 % 65 - 32) / 16);
            const load = (options = {}) => Loom.load(new Blob([given.file]), options);
            """;

    @Override
    Object evaluate(String body, Object given) {
        return super.evaluate(TOOLS + body, given);
    }

    private static Map<String, Object> given(Object... more) {
        Map<String, Object> all = new HashMap<>();
        all.put("file", Models.ACTIVATIONS);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    private static String expected(int samples) {
        return Bits.hex(Models.runHere(Models.ACTIVATIONS, Models.input(20 * samples), samples));
    }

    /** A policy may forbid Workers. */
    @Test
    void whereNoWorkerMayBeTheEngineRunsInThePage() {
        page().route(
                        "**/no-workers.html",
                        route -> route.fulfill(
                                new Route.FulfillOptions()
                                        .setHeaders(
                                                Map.of(
                                                        "content-type",
                                                        "text/html",
                                                        "content-security-policy",
                                                        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'; img-src data:"))
                                        .setBody(
                                                "<!doctype html><html lang=\"en\"><title>Test</title>"
                                                        + "<link rel=\"icon\" href=\"data:,\"><script src=\"/loom/loom.js\"></script></html>")));
        open("/no-workers.html");
        List<?> found = (List<?>) evaluate("""
                const model = await load();
                return [hex(await model.run(input(60))), model.why];
                """, given());
        assertThat(found.get(0)).isEqualTo(expected(3));
        assertThat((String) found.get(1)).contains("in the page: no Worker could be made");
        assertThat(takeComplaints()).hasSize(1).allMatch(text -> text.contains("worker-src"));
    }

    /** Of a model of any kind, wherever it is to run: the model is as good as ever. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void aPolicyThatForbidsWebAssemblyIsNamed(String thread) {
        String policy = "default-src 'self'; img-src data:";
        page().route("**/loom/loom-*.js", route -> {
            APIResponse response = route.fetch();
            Map<String, String> headers = new HashMap<>(response.headers());
            headers.put("content-security-policy", policy);
            route.fulfill(new Route.FulfillOptions().setResponse(response).setHeaders(headers));
        });
        page().route(
                        "**/forbids.html",
                        route -> route.fulfill(
                                new Route.FulfillOptions()
                                        .setHeaders(
                                                Map.of("content-type", "text/html", "content-security-policy", policy))
                                        .setBody(
                                                "<!doctype html><html lang=\"en\"><title>Test</title>"
                                                        + "<link rel=\"icon\" href=\"data:,\"><script src=\"/loom/loom.js\"></script></html>")));
        open("/forbids.html");
        Map<String, Object> given =
                given("thread", thread, "module", Base64.getEncoder().encodeToString(compiled()));
        assertThat(evaluate("""
                const refusal = (loading) => loading.then(() => 'loaded', ({name, code, message}) => `${name} ${code} ${message}`);
                const module = Uint8Array.from(atob(given.module), (c) => c.charCodeAt(0));
                const run = await import('/loom/loom-run.mjs');
                return [await refusal(load({thread: given.thread})), await refusal(Loom.load(module, {thread: given.thread})), await refusal(run.load(module))];
                """, given))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .hasSize(3)
                .allMatch(text -> text.matches(
                        "Loom(Run)?Error CONFIG the Content-Security-Policy, of the page or of the Worker's script,"
                                + " forbids WebAssembly: its script-src lacks 'wasm-unsafe-eval'"));
        assertThat(takeComplaints()).allMatch(text -> text.contains("Security Policy"));
    }

    /** What comes back after the engine has broken is closed, too, if the model is. */
    @Test
    void aModelMayBeClosedWhileItIsLoadedAgain() {
        page().addInitScript("""
                const {Worker} = globalThis;
                globalThis.workers = [];
                globalThis.Worker = class extends Worker {
                    constructor(...given) {
                        super(...given);
                        workers.push(this);
                    }
                };
                """);
        openApi();
        assertThat(evaluate("""
                const found = [];
                for (let delay = 0; delay < 400; delay += 40) {
                    const model = await load();
                    workers.at(-1).dispatchEvent(new ErrorEvent('error', {message: 'as if it had broken'}));
                    const run = model.run(input(20)).then(() => 'ran', (error) => error.name);
                    await new Promise((resolve) => setTimeout(resolve, delay));
                    await model.close();
                    found.push(['ran', 'LoomError'].includes(await run), (await Loom.memory()).models.length);
                }
                return [...new Set(found)];
                """, given())).isEqualTo(List.of(true, 0));
    }

    /** Their site is a server of its own: its pages are not ours, and its policy allows our scripts. */
    @Test
    void anEngineOfAnotherOriginRunsInThePageOrInAWorkerOfOneLine() throws Exception {
        String policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' " + url("") + "; worker-src 'self'; "
                + "img-src data:; connect-src 'self' " + url("");
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/page.html", answer("text/html", policy, """
                <!doctype html><html lang="en"><title>Test</title><link rel="icon" href="data:,">
                <script src="%s/loom/loom.js"></script></html>""".formatted(url(""))));
        site.createContext(
                "/worker.js",
                answer("text/javascript", policy, "importScripts('%s/loom/loom-engine.js');".formatted(url(""))));
        site.start();
        try {
            page().navigate("http://localhost:" + site.getAddress().getPort() + "/page.html");
            List<?> here = (List<?>) evaluate("""
                    const model = await load();
                    const y = hex(await model.run(input(60)));
                    await model.close();
                    return [y, model.why];
                    """, given());
            assertThat(here.get(0)).isEqualTo(expected(3));
            assertThat((String) here.get(1))
                    .contains("in the page: the engine script comes from another origin; give workerUrl");
            assertThat(evaluate("""
                    const module = Uint8Array.from(atob(given.module), (c) => c.charCodeAt(0));
                    const model = await Loom.load(module, {workerUrl: 'worker.js'});
                    return [hex(await model.run(input(60))), model.why];
                    """, given("module", Base64.getEncoder().encodeToString(compiled()))))
                    .isEqualTo(
                            List.of(
                                    expected(3),
                                    "compiled ahead of time for WebAssembly; in the page: loom-compiled.js comes from another origin"));
            assertThat(page().workers()).isEmpty();

            List<?> worker = (List<?>) evaluate("""
                    globalThis.model = await load({workerUrl: 'worker.js'});
                    return [hex(await model.run(input(60))), model.why];
                    """, given());
            assertThat(worker.get(0)).isEqualTo(expected(3));
            assertThat((String) worker.get(1)).doesNotContain("in the page");
            assertThat(page().workers()).hasSize(1);
        } finally {
            site.stop(0);
        }
    }

    private static byte[] compiled() {
        return CompiledModel.of(ModelReader.read(Models.FILE, Models.ACTIVATIONS), 1);
    }

    private static HttpHandler answer(String type, String policy, String text) {
        return exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Content-Security-Policy", policy);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    @Test
    void aBatchInThePageLeavesThePageItsTurns() {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const model = await load({thread: 'page'});
                let turns = 0;
                const timer = setInterval(() => turns++);
                const y = hex(await model.run(input(20 * 100)));
                clearInterval(timer);
                const again = hex(await model.run(input(20 * 100)));
                const controller = new AbortController();
                const other = await load({thread: 'page'});
                setTimeout(() => controller.abort());
                const outcome = await other.run(input(20 * 100), {signal: controller.signal}).then(() => 'ran', ({name}) => name);
                await model.close();
                await other.close();
                return [y, again, turns > 0, outcome];
                """, given());
        assertThat(found.get(0)).isEqualTo(expected(100));
        assertThat(found.get(1)).isEqualTo(expected(100));
        assertThat(found.get(2)).isEqualTo(true);
        assertThat(found.get(3)).isEqualTo("AbortError");
    }

    /** An array for the output is filled and answered, in a Worker (a copy the first time, then through an array that goes back and forth) and in the page, at once and in parts. */
    @Test
    void theOutputGoesWhereTheCallerSays() {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const refused = (model, output) => model.run(input(60), {output}).then(() => 'ran', ({code}) => code);
                const look = async (options) => {
                    const model = await load(options);
                    const values = (await model.run(input(20))).length;
                    const all = new Float32Array(102 * values).fill(7);
                    const output = all.subarray(values, 101 * values);
                    const seen = new Set();
                    for (let i = 0; i < 3; i++) {
                        const given = await model.run(input(2000), {output});
                        seen.add(`${given === output} ${hex(output)} ${all[0]} ${all.at(-1)}`);
                        output.fill(0);
                    }
                    const kept = await model.run(input(60));
                    const own = new Float32Array(3 * values);
                    await model.run(input(60).map((x) => -x), {output: own});
                    const refusals = [await refused(model, new Float32Array(1)), await refused(model, []), await refused(model, null)];
                    await model.close();
                    return [[...seen].join(), hex(kept), refusals.join()];
                };
                const all = [];
                for (const options of [{}, {thread: 'page'}, {backend: 'reference'}, {backend: 'reference', thread: 'page'}]) {
                    all.push(await look(options));
                }
                return all;
                """, given());
        assertThat(found)
                .hasSize(4)
                .allSatisfy(look -> assertThat((List<?>) look)
                        .isEqualTo(List.of("true " + expected(100) + " 7 7", expected(3), "SHAPE,SHAPE,SHAPE")));
    }

    /** Input and output in one buffer: what a part of a batch answers must not become the input of the next part. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void theOutputMayLieWhereTheInputDoes(String thread) {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const found = [];
                for (const [from, to] of [[0, 0], [0, 500], [0, 1000], [500, 0]]) {
                    const model = await load({thread: given.thread});
                    const values = model.info().outputShape.reduce((all, extent) => all * extent, 100);
                    const all = new Float32Array(1000 + Math.max(2000, values));
                    const x = all.subarray(from, from + 2000);
                    x.set(input(2000));
                    found.push(hex(await model.run(x, {output: all.subarray(to, to + values)})));
                    await model.close();
                }
                return found;
                """, given("thread", thread));
        assertThat(found).hasSize(4).allSatisfy(y -> assertThat(y).isEqualTo(expected(100)));
    }

    /** In the page, whose array it is until the run has ended, at once or behind another one. */
    @Test
    void anOutputThatIsGivenAwayHarmsNoOtherRun() {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const found = [];
                for (const behind of [false, true]) {
                    const model = await load({thread: 'page'});
                    const before = behind ? model.run(input(60)) : null;
                    const output = new Float32Array(model.info().outputShape[0]);
                    const lost = model.run(input(20), {output}).then(({length}) => length, ({name, code}) => `${name} ${code}`);
                    structuredClone(output, {transfer: [output.buffer]});
                    found.push(hex(await model.run(input(60))), await lost);
                    await before;
                    await model.close();
                }
                return found;
                """, given());
        assertThat(found).isEqualTo(List.of(expected(3), 0, expected(3), "LoomError SHAPE"));
    }

    /** In the page the batch is run in parts. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void aWrongValueIsFoundInALargeBatch(String thread) {
        openApi();
        assertThat(evaluate("""
                const model = await load({thread: given.thread});
                const x = input(2000);
                x[1234] = NaN;
                return model.run(x).then(() => 'none', ({code, message}) => `${code} ${message.slice(0, 26)}`);
                """, given("thread", thread))).isEqualTo("INPUT input element 1234 is NaN ");
    }

    @Test
    void aFileThatChangesAfterItWasChosenIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("chosen.json"), Models.ACTIVATIONS);
        openPage("<script src=\"/loom/loom.js\"></script><input type=\"file\" aria-label=\"Model\">");
        page().setInputFiles("input", file);
        Files.writeString(file, " ", StandardOpenOption.APPEND);
        // A browser may compare whole seconds.
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat((String) evaluate("""
                return Loom.load(document.querySelector('input').files[0]).then(() => 'none', ({name, code, file, message}) => `${name} ${code} ${file} ${message}`);
                """, given())).startsWith("LoomError INPUT chosen.json the file cannot be read: ");
    }

    /** Whoever asks is told of the engine's bytes while they come, and of none where it is there. */
    @Test
    void theEnginesBytesAreTold() {
        openApi();
        assertThat(evaluate("""
                const size = (await (await fetch('/loom/loom.wasm')).arrayBuffer()).byteLength;
                const heard = async () => {
                    const told = [];
                    await Loom.load(new Blob([given.file]), {onProgress: (progress) => progress.phase === 'engine' && told.push(progress)});
                    return told;
                };
                const [first, second] = await Promise.all([heard(), heard()]);
                const grows = first.every(({loaded}, i) => i === 0 || loaded > first[i - 1].loaded);
                const {loaded, total, file} = first.at(-1);
                return [loaded === size, total === null || total === size, file, grows, second.length > 0, (await heard()).length];
                """, given())).isEqualTo(List.of(true, true, "loom.wasm", true, true, 0));
    }

    @Test
    void aFileIsKeptByItsHash() throws Exception {
        List<String> asked = new ArrayList<>();
        page().route("**/kept-model.json", route -> {
            asked.add(route.request().url());
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(Models.ACTIVATIONS));
        });
        openApi();
        byte[] bytes = Models.ACTIVATIONS.getBytes(StandardCharsets.UTF_8);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        String script = """
                const phases = [];
                const model = await Loom.load('/kept-model.json',
                    {cache: true, expectHash: given.hash, onProgress: ({phase}) => phase !== 'engine' && phases.push(phase)});
                const y = hex(await model.run(input(20)));
                await model.close();
                return [y, phases[0]];
                """;
        assertThat(evaluate(script, given("hash", hash))).isEqualTo(List.of(expected(1), "download"));
        assertThat(evaluate(script, given("hash", "sha256-" + hash.toUpperCase(Locale.ROOT))))
                .isEqualTo(List.of(expected(1), "cache"));
        assertThat(asked).hasSize(1);

        evaluate("await Loom.clearCache();", given());
        assertThat(evaluate(script, given("hash", hash))).isEqualTo(List.of(expected(1), "download"));
        assertThat(asked).hasSize(2);

        assertThat(refusal("Loom.load('/kept-model.json', {cache: true, expectHash: '00'.repeat(32)})"))
                .isEqualTo("HASH");
        assertThat(evaluate("return (await (await caches.open('loom-models')).keys()).length;", given()))
                .as("files kept")
                .isEqualTo(1);
        assertThat(refusal("Loom.load('/kept-model.json', {cache: true})")).isEqualTo("CONFIG");
        assertThat(refusal("load({cache: true, expectHash: '00'})")).isEqualTo("CONFIG");
    }

    @Test
    void aFileThatWouldFillTheDiskIsNotKept() {
        page().addInitScript("navigator.storage.estimate = async () => ({quota: 1000, usage: 0});");
        serve("kept-model.json", "application/json", Models.ACTIVATIONS);
        openApi();
        Object found = evaluate("""
                const bytes = new TextEncoder().encode(given.file);
                const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
                const expectHash = Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
                const model = await Loom.load('/kept-model.json', {cache: true, expectHash});
                await model.close();
                return (await (await caches.open('loom-models')).keys()).length;
                """, given());
        assertThat(found).isEqualTo(0);
    }

    /** In the page, whose network can be taken away; a Worker says the same. */
    @Test
    void saysWhichFileOfTheEngineCannotBeFetched() {
        openApi();
        assertThat(evaluate("""
                const {fetch} = globalThis;
                globalThis.fetch = (url) => (String(url).endsWith('loom.wasm') ? Promise.reject(new TypeError('no network')) : fetch(url));
                return load({thread: 'page'}).catch(({code, message, hint}) => `${code} ${message} ${hint}`);
                """, given()))
                .isEqualTo("NETWORK " + url("/loom/loom.wasm")
                        + " could not be fetched: no network Is loom.wasm beside loom.js? Else give wasmUrl.");
    }

    @Test
    void warmingUpNeedsASample() {
        openApi();
        assertThat(evaluate("""
                const model = await load();
                return Promise.all([0, -1, 1.5].map((batch) => model.warmUp({batch}).then(() => 'none', ({code, message}) => `${code} ${message}`)));
                """, given()))
                .isEqualTo(List.of(
                        "CONFIG batch is 0, expected a whole number from 1",
                        "CONFIG batch is -1, expected a whole number from 1",
                        "CONFIG batch is 1.5, expected a whole number from 1"));
    }

    @Test
    void memoryIsCountedAndUsingGivesItBack() {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const model = await load();
                await model.warmUp();
                const one = await model.memory();
                await model.warmUp({batch: 500});
                const many = await model.memory();
                const other = await load({backend: 'reference'});
                const all = await Loom.memory();
                await other.close();
                await model.close();
                const none = await Loom.memory();
                let used;
                {
                    await using again = await load();
                    used = again;
                    await again.run(input(20));
                }
                const code = await used.run(input(20)).catch((error) => error.code);
                return [one.backend, one.bytes >= 4 * model.info().parameters, many.bytes - one.bytes > 500 * 4 * 20,
                    all.models.length, all.bytes > many.bytes, none.bytes, none.models.length, code];
                """, given());
        assertThat(found).isEqualTo(List.of("wasm", true, true, 2, true, 0, 0, "CLOSED"));
    }

    @Test
    void theElementShowsItsState() {
        serve("some-model.json", "application/json", Models.ACTIVATIONS);
        serve("no-model.json", "application/json", "{}");
        serve("own.js", "text/javascript", """
                globalThis.events = [];
                for (const name of ['loom-progress', 'loom-load', 'loom-error']) {
                    document.addEventListener(name, ({target, detail}) => events.push(`${name} ${target.id} ${detail.code ?? ''}`.trim()));
                }
                """);
        openPage("""
                <script src="/own.js"></script><script src="/loom/loom.js"></script>
                <body>
                <loom-model id="good" src="/some-model.json" thread="page"><b slot="ready">here it is</b><i slot="error">oh</i><u>always</u></loom-model>
                <loom-model id="bad" src="/no-model.json"><b slot="ready">here it is</b></loom-model>
                </body>""");
        assertThat(page().locator("#good[state=ready]")).hasCount(1);
        assertThat(page().locator("#good b")).isVisible();
        assertThat(page().locator("#good i")).isHidden();
        assertThat(page().locator("#good u")).isVisible();
        assertThat(page().locator("#bad[state=error]")).hasCount(1);
        assertThat(page().locator("#bad b")).isHidden();
        assertThat(page().locator("#bad span")).containsText("not a model");
        assertThat((String) evaluate("return events.join();", given()))
                .contains("loom-progress good", "loom-load good", "loom-error bad MODEL");
        assertThat(evaluate("return (await document.querySelector('#good').ready).why;", given()))
                .asString()
                .contains("in the page, as asked");

        evaluate("document.querySelector('#bad').setAttribute('src', '/some-model.json');", given());
        assertThat(page().locator("#bad b")).isVisible();
    }

    private String refusal(String promise) {
        return (String) evaluate("return " + promise + ".then(() => 'none', ({code}) => code);", given());
    }

    private void serve(String file, String type, String text) {
        page().route(
                        "**/" + file,
                        route -> route.fulfill(
                                new Route.FulfillOptions().setContentType(type).setBody(text)));
    }
}
