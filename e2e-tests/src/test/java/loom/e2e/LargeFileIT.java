package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import loom.format.ModelWriter;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.TensorFile;
import loom.graph.Shape;
import loom.inspect.Receipt;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights in a file beside a model: how often all their bytes are in the engine's memory, and that none stay there. */
class LargeFileIT extends BrowserTest {
    private static final int WIDTH = 600;
    private static final Model MODEL = Model.initialise(
            Network.of(
                    "m",
                    Shape.of(WIDTH),
                    new Dense(WIDTH, Activation.Simple.RELU),
                    new Dense(WIDTH, Activation.Simple.TANH)),
            3);
    private static final byte[] WEIGHTS = SafetensorsWriter.write(TensorFile.of(MODEL));

    /** An engine's Worker that tells with every answer the sizes of what it has read of files, and reads none after a word. */
    private static final String COUNTING = """
            if (typeof document === 'undefined') {
                const whole = Blob.prototype.arrayBuffer;
                const post = globalThis.postMessage;
                const readings = [];
                let fails = false;
                Blob.prototype.arrayBuffer = function () {
                    readings.push(this.size);
                    return fails ? Promise.reject(new DOMException('gone', 'NotReadableError')) : whole.call(this);
                };
                globalThis.postMessage = (message, transfer) => post.call(globalThis, {...message, readings}, transfer);
                globalThis.addEventListener('message', (event) => {
                    if (event.data === 'fail') {
                        fails = true;
                        event.stopImmediatePropagation();
                    }
                });
            }
            """;

    private static final String TOOLS = """
            const workers = [];
            globalThis.Worker = class extends Worker {
                readings = [];

                constructor(...given) {
                    super(...given);
                    workers.push(this);
                    this.addEventListener('message', ({data}) => (this.readings = data.readings));
                }
            };
            const wholes = () => workers.flatMap(({readings}) => readings).filter((size) => size >= given.weights).length;
            const x = floats(given.x);
            """;

    @BeforeEach
    void serve() {
        serve("model.json", ModelWriter.withoutWeights(MODEL).getBytes(StandardCharsets.UTF_8));
        serve("model.safetensors", WEIGHTS);
        page().route(
                        "**/loom-engine.js",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("text/javascript")
                                .setBody("(() => {" + COUNTING + "})();"
                                        + route.fetch().text())));
        openApi();
    }

    private void serve(String name, byte[] file) {
        page().route("**/beside/" + name, route -> route.fulfill(new Route.FulfillOptions().setBodyBytes(file)));
    }

    private static Map<String, Object> given(String machine) {
        return Map.of("machine", machine, "weights", WEIGHTS.length, "x", Bits.base64(Models.input(WIDTH)));
    }

    private static List<String> expected() {
        try (OnJvm jvm = new OnJvm(MODEL)) {
            Receipt receipt = jvm.receipt(Models.input(WIDTH));
            return List.of(receipt.model().digest(), receipt.output().digest().root());
        }
    }

    /** A machine that keeps its weights is read itself; a GPU may get lost and answers later, so for it the file is read again. */
    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void isReadOnceAndForWhatAGpuDoesNotKeep(String machine) {
        List<?> found = (List<?>) evaluate(TOOLS + """
                const model = await Loom.load('/beside/model.json', {backend: given.machine});
                await model.run(x);
                const loading = wholes();
                const {model: own, output} = await model.receipt(x);
                const file = await model.save();
                const after = wholes() - loading;
                const saved = await Loom.load(file, {backend: given.machine});
                const {model: again} = await saved.receipt(x);
                const result = [own.digest, output.digest, again.digest, loading, after];
                await saved.close();
                await model.close();
                return result;
                """, given(machine));
        List<String> expected = expected();
        int again = machine.equals(Machines.WEBGPU) ? 2 : 0;
        assertThat(found).isEqualTo(List.of(expected.get(0), expected.get(1), expected.get(0), 1, again));
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void hasTheSameBitsInThePage(String machine) {
        assertThat(evaluate(TOOLS + """
                const model = await Loom.load('/beside/model.json', {backend: given.machine, thread: 'page'});
                const {model: own, output} = await model.receipt(x);
                const saved = await Loom.load(await model.save(), {backend: given.machine, thread: 'page'});
                const {model: again} = await saved.receipt(x);
                const result = [own.digest, output.digest, again.digest];
                await saved.close();
                await model.close();
                return result;
                """, given(machine)))
                .isEqualTo(
                        List.of(expected().get(0), expected().get(1), expected().get(0)));
    }

    /**
     * Counted by the browser, in whose page the engine is: it counts what Java and JavaScript hold, and neither WebAssembly's memory nor a GPU's. The
     * reference machine has its words in Java.
     */
    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void areInMemoryOnce(String machine) {
        evaluate(TOOLS + """
                globalThis.other = await Loom.load('/beside/model.json', {backend: given.machine, thread: 'page'});
                await other.run(x);
                """, given(machine));
        long before = bytes();
        evaluate(TOOLS + """
                globalThis.model = await Loom.load('/beside/model.json', {backend: given.machine, thread: 'page'});
                await model.run(x);
                """, given(machine));
        double copies = (double) (bytes() - before) / WEIGHTS.length;
        double own = machine.equals("reference") ? 1 : 0;
        assertThat(copies).as("copies of the weights").isBetween(own - 0.2, own + 0.4);
        evaluate("await model.close(); await other.close();", given(machine));
    }

    private long bytes() {
        CDPSession devtools = page().context().newCDPSession(page());
        for (int i = 0; i < 3; i++) {
            devtools.send("HeapProfiler.collectGarbage");
        }
        JsonObject usage = devtools.send("Runtime.getHeapUsage");
        devtools.detach();
        return usage.get("usedSize").getAsLong()
                + usage.get("backingStorageSize").getAsLong();
    }

    @Test
    void oneThatCannotBeReadAnyMoreIsRefused() {
        List<?> found = (List<?>) evaluate(TOOLS + """
                const kept = await Loom.load('/beside/model.json', {backend: 'wasm'});
                workers.forEach((worker) => worker.postMessage('fail'));
                const refused = await Loom.load('/beside/model.json', {backend: 'wasm'}).catch((e) => [e.code, e.file, e.message].join(' | '));
                const {model: own, output} = await kept.receipt(x);
                await kept.close();
                return [refused, own.digest, output.digest];
                """, given("wasm"));
        assertThat(found.get(0)).isEqualTo("INPUT | model.json | the file cannot be read: gone");
        assertThat(found.subList(1, 3)).isEqualTo(expected());
    }
}
