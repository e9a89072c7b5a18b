package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.TensorFile;
import loom.inspect.Receipt;
import loom.model.Model;
import org.junit.jupiter.api.Test;

/** A model.json whose weights are in a .safetensors file beside it: found in a page, checked, and with the bits of the JVM. */
class WeightsIT extends PlaygroundTest {
    private static final Model MODEL = ModelReader.read(Models.FILE, Models.ACTIVATIONS);
    private static final byte[] JSON = ModelWriter.withoutWeights(MODEL).getBytes(StandardCharsets.UTF_8);
    private static final byte[] WEIGHTS = SafetensorsWriter.write(TensorFile.of(MODEL));

    private static final String TOOLS = """
            const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const refusal = (promise) => promise.then(() => 'loaded', (e) => [e.code, e.file, e.path, e.message].join(' | '));
            const model = new File([bytes(given.json)], 'model.json');
            const weights = (name, content = bytes(given.weights)) => new File([content], name);
            const digests = async (model) => {
                const {model: own, output} = await model.receipt(floats(given.x));
                return [model.backend, own.digest, output.digest];
            };
            """;

    private static Map<String, Object> given(String machine) {
        return Map.of(
                "json",
                Base64.getEncoder().encodeToString(JSON),
                "weights",
                Base64.getEncoder().encodeToString(WEIGHTS),
                "machine",
                machine,
                "x",
                Bits.base64(Models.input(20)),
                "jsonHash",
                sha256(JSON),
                "weightsHash",
                sha256(WEIGHTS));
    }

    private static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> expected(String machine) {
        try (OnJvm jvm = new OnJvm(MODEL)) {
            Receipt receipt = jvm.receipt(Models.input(20));
            return List.of(
                    machine, receipt.model().digest(), receipt.output().digest().root());
        }
    }

    private void serve(String name, byte[] file) {
        page().route("**/beside/" + name, route -> route.fulfill(new Route.FulfillOptions().setBodyBytes(file)));
    }

    @Test
    void comesAsFiles() {
        openApi();
        assertThat(evaluate(TOOLS + """
                const both = [weights('of-another-name.safetensors'), model];
                return [
                    await digests(await Loom.load(both, {backend: 'wasm'})),
                    await digests(await Loom.load(both, {backend: 'webgpu'})),
                ];
                """, given("wasm"))).isEqualTo(List.of(expected("wasm"), expected("webgpu")));
    }

    /** From the folder of the model, under its name; with hashes both files are checked, kept, and asked for once. */
    @Test
    void comesFromAnAddress() {
        serve("model.json", JSON);
        serve("model.safetensors", WEIGHTS);
        openApi();
        List<?> found = (List<?>) evaluate(TOOLS + """
                const hashes = {expectHash: given.jsonHash, weightsHash: given.weightsHash};
                const phases = [];
                const onProgress = ({phase, file}) => phases.push(`${phase} ${file}`);
                const load = (options) => Loom.load('/beside/model.json', {backend: 'wasm', ...options});
                const trained = await load();
                const run = await trained.train({
                    data: {inputs: floats(given.x), labels: [3]}, steps: 1,
                    training: {loss: {type: 'cross_entropy', labels: true}, schedule: {type: 'constant', rate: 0.1}, batch: 1},
                });
                await run.finished;
                return [
                    await digests(trained), run.step,
                    await digests(await load({...hashes, cache: true})),
                    await digests(await load({...hashes, cache: true, onProgress})), [...new Set(phases)].filter((phase) => !/compile|read/.test(phase)),
                    await refusal(load({expectHash: given.jsonHash})),
                    await refusal(load({...hashes, weightsHash: given.jsonHash})),
                ];
                """, given("wasm"));
        assertThat(found)
                .isEqualTo(List.of(
                        expected("wasm"),
                        1,
                        expected("wasm"),
                        expected("wasm"),
                        List.of("cache model.json", "cache model.safetensors"),
                        "CONFIG | model.json |  | model.json has its weights in a file of their own: give weightsHash, too",
                        "HASH | model.safetensors |  | model.safetensors has SHA-256 " + sha256(WEIGHTS) + ", expected "
                                + sha256(JSON)));
    }

    @Test
    void refusalsSayWhatIsWrong() {
        serve("model.json", JSON);
        openApi();
        List<?> found = (List<?>) evaluate(TOOLS + """
                const whole = bytes(given.weights);
                return [
                    await refusal(Loom.load(model)),
                    await refusal(Loom.load([model, new File([], 'other.bin')])),
                    await refusal(Loom.load([model, weights('model.safetensors', whole.slice(0, 1000))])),
                    await refusal(Loom.load([model, weights('model.safetensors', new TextEncoder().encode('\\x02\\0\\0\\0\\0\\0\\0\\0{}'))])),
                    await refusal(Loom.load('/beside/model.json')),
                ];
                """, given("wasm"));
        String missing =
                "INPUT | model.json |  | weights are in model.safetensors: Loom.load needs all files of the model";
        assertThat(found.subList(0, 2)).isEqualTo(List.of(missing, missing));
        assertThat((String) found.get(2)).startsWith("MODEL | model.json |  | its file of weights: ");
        assertThat((String) found.get(3))
                .isEqualTo(
                        "MODEL | model.json | $.cells[0].layers[0].parameters.kernel.tensor | no tensor \"0.0.0.kernel\" at hand");
        assertThat((String) found.get(4))
                .startsWith("NETWORK | model.safetensors |  | ")
                .contains("/beside/model.safetensors answered 404");
        assertThat(takeComplaints()).isNotEmpty();
    }

    /** Dropped or chosen together, or opened by an address, they are one model, which runs, is compared and is downloaded whole. */
    @Test
    void opensInThePlayground() {
        serve("model.json", JSON);
        serve("model.safetensors", WEIGHTS);
        openReady("/");
        JSHandle files = page().evaluateHandle(
                        "(all) => { const files = new DataTransfer(); for (const [name, base64] of all) {"
                                + " files.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name)); }"
                                + " return files; }",
                        List.of(
                                List.of("m.safetensors", Base64.getEncoder().encodeToString(WEIGHTS)),
                                List.of("m.json", Base64.getEncoder().encodeToString(JSON))));
        page().dispatchEvent("body", "drop", Map.of("dataTransfer", files));
        assertThat(at("#model-name")).hasText("m.json");
        digestIsTheJvms();
        at("#compare").click();
        assertThat(at("#compared")).containsText("Identical");

        openReady("/?again#model=beside/model.json");
        assertThat(at("#model-name")).hasText("model.json");
        digestIsTheJvms();

        at("#file").setInputFiles(new FilePayload("alone.json", "application/json", JSON));
        assertThat(at("#problem")).containsText("weights are in alone.safetensors");
    }

    private void digestIsTheJvms() {
        ready();
        StringBuilder values = new StringBuilder();
        for (float value : Models.input(20)) {
            values.append(value).append(' ');
        }
        at("#values").fill(values.toString());
        run();
        assertThat(at("#digest")).hasText(expected("wasm").get(2));
    }
}
