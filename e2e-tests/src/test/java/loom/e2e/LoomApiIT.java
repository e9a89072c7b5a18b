package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.inspect.Receipt;
import loom.inspect.ReceiptJson;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.Tensor;
import loom.run.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Loom.load}, {@code run} and {@code close} as a page uses them, under the strict policy. */
class LoomApiIT extends BrowserTest {
    /** Scripts may use load(options), input(elements) and bits(array). */
    private static final String TOOLS = """
            const load = (options = {}) => Loom.load(new Blob([file]), options);
            const input = (elements) => Float32Array.from({length: elements}, (_, i) => (i * 29 % 65 - 32) / 16);
            const bits = (array) => Array.from(new Uint32Array(array.buffer), (b) => b.toString(16).padStart(8, '0')).join('');
            const refusal = (promise) => promise.then(() => ({code: 'none'}),
                ({name, code, message, layer, path, hint, file}) => ({name, code, message, layer, path, hint, file}));
            """;

    private Object evaluate(String script) {
        return page().evaluate("async (file) => {" + TOOLS + script + "}", Models.ACTIVATIONS);
    }

    /** A page with nothing but the script, under the server's own policy. */
    private void openEmptyPage() {
        page().setDefaultTimeout(60_000);
        String policy = page().request().get(url("/")).headers().get("content-security-policy");
        page().route(
                        "**/empty.html",
                        route -> route.fulfill(
                                new Route.FulfillOptions()
                                        .setContentType("text/html")
                                        .setHeaders(Map.of("Content-Security-Policy", policy))
                                        .setBody(
                                                "<!doctype html><link rel=icon href=data:,><script src=loom/loom.js></script>")));
        open("/empty.html");
    }

    private static String bits(float[] values) {
        StringBuilder text = new StringBuilder();
        for (float value : values) {
            text.append(HexFormat.of().toHexDigits(Float.floatToRawIntBits(value)));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"webgpu", "wasm", "reference"})
    void givesTheBitsOfTheJvm(String backend) {
        openEmptyPage();
        String expected = bits(Models.runHere(Models.ACTIVATIONS, Models.input(60), 3));

        Object found = evaluate("const model = await load({backend: '" + backend + "'});"
                + "const y = bits(await model.run(input(60))); await model.close(); return [model.backend, y];");

        assertThat(strings(found)).containsExactly(backend, expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"webgpu", "wasm", "reference"})
    void itsReceiptHoldsOnTheJvm(String backend) {
        openEmptyPage();
        String json = (String)
                evaluate(
                        "const model = await load({backend: '" + backend + "'});"
                                + "const receipt = await model.receipt(input(60)); await model.close(); return JSON.stringify(receipt);");

        Receipt receipt = ReceiptJson.read("receipt.json", json);
        assertThat(receipt.machine()).isEqualTo(backend);
        assertThat(receipt.nodes()).hasSize(7);
        Model model = ModelReader.read("model.json", Models.ACTIVATIONS);
        Tensor x = new Tensor(Shape.of(3, 20), Models.input(60));
        assertThat(Verification.verify(receipt, model, x, new ReferenceMachine())
                        .get())
                .isEmpty();
        x.values()[59] += 1;
        assertThat(Verification.verify(receipt, model, x, new ReferenceMachine())
                        .get())
                .as("of another input")
                .isPresent();
    }

    @Test
    void savesWhatItLoaded() {
        openEmptyPage();
        String saved = (String) evaluate("const model = await load(); const blob = await model.save();"
                + "await model.close(); return blob.text();");
        assertThat(saved).isEqualTo(ModelWriter.write(ModelReader.read("model.json", Models.ACTIVATIONS)));
    }

    @Test
    void aHundredModelsComeAndGo() {
        openEmptyPage();
        // A second model keeps the engine alive meanwhile.
        Object found = evaluate("""
                const other = await load({backend: 'wasm'});
                const expected = bits(await other.run(input(20)));
                let wrong = 0;
                for (let i = 0; i < 100; i++) {
                    const model = await load({backend: 'wasm'});
                    wrong += bits(await model.run(input(20))) === expected ? 0 : 1;
                    await model.close();
                }
                const still = bits(await other.run(input(20))) === expected;
                await other.close();
                return [String(wrong), String(still)];
                """);
        assertThat(strings(found)).containsExactly("0", "true");
    }

    @Test
    void theEngineRunsInAWorker() {
        openEmptyPage();
        evaluate("globalThis.model = await load();");
        assertThat(page().workers()).hasSize(1);
        evaluate("await globalThis.model.close();");
        // Closed with the last model.
        page().waitForCondition(() -> page().workers().isEmpty());
    }

    @Test
    void modelsLoadedAtTheSameTimeShareAWorker() {
        openEmptyPage();
        evaluate("await Promise.all([load(), load(), load()]);");
        assertThat(page().workers()).hasSize(1);
    }

    @Test
    void withoutWorkersItRunsInThePage() {
        page().addInitScript("delete globalThis.Worker");
        openEmptyPage();
        Object found = evaluate("const model = await load({backend: 'reference'});"
                + "return [model.why, bits(await model.run(input(20)))];");

        assertThat(page().workers()).isEmpty();
        assertThat(strings(found))
                .satisfiesExactly(
                        why -> assertThat(why).contains("no Worker"),
                        y -> assertThat(y).isEqualTo(bits(Models.runHere(Models.ACTIVATIONS, Models.input(20), 1))));
    }

    @Test
    void theModuleIsTheSame() {
        openEmptyPage();
        Object found = evaluate("const {Loom, LoomError} = await import('/loom/loom.mjs');"
                + "const model = await Loom.load(new Blob([file]));"
                + "return [String(Loom === globalThis.Loom), typeof LoomError, bits(await model.run(input(20)))];");
        assertThat(strings(found))
                .containsExactly("true", "function", bits(Models.runHere(Models.ACTIVATIONS, Models.input(20), 1)));
    }

    @Test
    void theElementRunsAModel() {
        openEmptyPage();
        page().route(
                        "**/some-model.json",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(Models.ACTIVATIONS)));
        Object found = evaluate("""
                const element = document.createElement('loom-model');
                element.setAttribute('src', 'some-model.json');
                const loaded = new Promise((resolve, reject) => {
                    element.addEventListener('loom-load', ({detail}) => resolve(detail.info().name));
                    element.addEventListener('loom-error', ({detail}) => reject(detail));
                });
                document.body.append(element);
                const name = await loaded;
                const y = bits(await element.run(input(20)));
                const status = element.shadowRoot.querySelector('[role=status]').textContent;
                element.remove();
                return [name, y, status];
                """);
        assertThat(strings(found).get(0)).isEqualTo("activations");
        assertThat(strings(found).get(1)).isEqualTo(bits(Models.runHere(Models.ACTIVATIONS, Models.input(20), 1)));
        assertThat(strings(found).get(2)).startsWith("some-model.json: ");
    }

    @Test
    void refusalsNameWhatIsWrong() {
        openEmptyPage();
        Map<?, ?> shape = refusal("const model = await load(); return refusal(model.run(input(21)));");
        assertThat(shape.get("code")).isEqualTo("SHAPE");
        assertThat((String) shape.get("message")).contains("21 values", "[20]");

        Map<?, ?> nan =
                refusal("const model = await load(); const x = input(20); x[4] = NaN; return refusal(model.run(x));");
        assertThat(nan.get("code")).isEqualTo("INPUT");
        assertThat((String) nan.get("message")).contains("element 4", "NaN");

        Map<?, ?> units = refusal("return refusal(Loom.load(new Blob([file.replace('17', '0')])));");
        assertThat(units.get("code")).isEqualTo("MODEL");
        assertThat(units.get("layer")).isEqualTo("cell 0,0 layer 1 dense");
        assertThat(units.get("path")).isEqualTo("$.cells[0].layers[1].units");

        Map<?, ?> cut = refusal("return refusal(Loom.load(new File([file.slice(0, 300)], 'cut.json')));");
        assertThat(cut.get("code")).isEqualTo("MODEL");
        assertThat(cut.get("file")).isEqualTo("cut.json");

        Map<?, ?> hash = refusal("return refusal(load({expectHash: 'ab'.repeat(32)}));");
        assertThat(hash.get("code")).isEqualTo("HASH");

        Map<?, ?> backend = refusal("return refusal(load({backend: 'gpu'}));");
        assertThat(backend.get("code")).isEqualTo("CONFIG");

        Map<?, ?> thread = refusal("return refusal(load({thread: 'main'}));");
        assertThat(thread.get("code")).isEqualTo("CONFIG");
        assertThat((String) thread.get("message")).contains("worker, page");

        Map<?, ?> closed =
                refusal("const model = await load(); await model.close(); return refusal(model.run(input(20)));");
        assertThat(closed.get("code")).isEqualTo("CLOSED");

        Map<?, ?> missing = refusal("return refusal(Loom.load('no-such-model.json'));");
        assertThat(missing.get("code")).isEqualTo("NETWORK");
        assertThat(takeComplaints()).as("the browser's own message about 404").isNotEmpty();
    }

    @Test
    void aTrapReplacesTheEngineAndKeepsTheModel() {
        // The second run of the first engine hits `unreachable`, as an array error in Java code would.
        String trap =
                "new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,"
                        + "1,0,7,5,1,1,116,0,0,10,5,1,3,0,0,11))).exports.t()";
        List<String> engines = new ArrayList<>();
        page().route("**/loom-engine.js", route -> {
            String script = route.fetch().text();
            engines.add(script);
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("text/javascript")
                    .setBody(
                            engines.size() > 1
                                    ? script
                                    : script.replace(
                                            "case 'run':",
                                            "case 'run': globalThis.runs = (globalThis.runs ?? 0) + 1;"
                                                    + " if (globalThis.runs === 2) " + trap + ";")));
        });
        openEmptyPage();
        Object found = evaluate("""
                const model = await load();
                const first = bits(await model.run(input(20)));
                const trapped = await refusal(model.run(input(20)));
                const again = bits(await model.run(input(20)));
                await model.close();
                return [trapped.code, trapped.message, String(first === again)];
                """);
        assertThat(strings(found).get(0)).isEqualTo("ENGINE");
        assertThat(strings(found).get(1)).contains("unreachable");
        assertThat(strings(found).get(2)).isEqualTo("true");
        assertThat(engines).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"loseGpu()", "spoilGpu()"})
    void aLostGpuGoesUnnoticed(String loss) {
        loseGpuOnDemand();
        openEmptyPage();
        evaluate("globalThis.model = await load({backend: 'webgpu'});"
                + "globalThis.before = bits(await model.run(input(20)));");
        page().workers().get(0).evaluate(loss);
        Object found = evaluate("""
                const both = await Promise.all([model.run(input(20)), model.run(input(20))]);
                return [model.backend, ...both.map((y) => String(bits(y) === before))];
                """);
        assertThat(strings(found)).containsExactly("webgpu", "true", "true");
    }

    @Test
    void aSmallModelDoesNotWaitForAGpu() {
        openEmptyPage();
        Object found = evaluate("const model = await load(); return [model.backend, model.why];");
        assertThat(strings(found)).containsExactly("wasm", "fastest for a model of 2610 weights");
    }

    @Test
    void aLoadCanBeCalledOff() {
        openEmptyPage();
        Object found = evaluate("""
                const controller = new AbortController();
                controller.abort();
                return load({signal: controller.signal}).then(() => 'loaded', (error) => error.name);
                """);
        assertThat(found).isEqualTo("AbortError");
    }

    private Map<?, ?> refusal(String script) {
        Map<?, ?> refusal = (Map<?, ?>) evaluate(script);
        assertThat(refusal.get("name")).isEqualTo("LoomError");
        return refusal;
    }

    private static List<String> strings(Object found) {
        List<String> strings = new ArrayList<>();
        ((List<?>) found).forEach(value -> strings.add((String) value));
        return strings;
    }
}
