package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.TensorFile;
import loom.inspect.ReceiptJson;
import loom.model.Model;
import loom.run.CompiledModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The npm package in Node: the engine in a thread of its own or in this one, files by their names, and the JVM's bits. */
class NodeIT {
    private static final String TOOLS = """
            const input = (elements) => Float32Array.from({length: elements}, (_, i) => (i * 29 % 65 - 32) / 16);
            const hex = (array) => Array.from(new Uint32Array(array.buffer), (b) => b.toString(16).padStart(8, '0')).join('');
            """;

    @TempDir
    static Path folder;

    @BeforeAll
    static void install() throws Exception {
        Node.install(folder);
        Files.writeString(folder.resolve(Models.FILE), Models.ACTIVATIONS);
        Files.writeString(folder.resolve("digits.json"), Digits.MODEL);
    }

    private static JsonObject run(String name, String script) throws Exception {
        Files.writeString(folder.resolve(name), script);
        return JsonParser.parseString(Node.run(folder, name)).getAsJsonObject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void givesTheBitsOfTheJvm(String thread) throws Exception {
        JsonObject found = run("run.mjs", """
                import {stat} from 'node:fs/promises';
                import {Loom} from '@dev-loom/loom';
                %s
                const progress = [];
                const model = await Loom.load('model.json', {thread: '%s', onProgress: (p) => progress.push(p)});
                const y = hex(await model.run(input(60)));
                const receipt = JSON.stringify(await model.receipt(input(60)));
                const {backend, why} = model;
                const text = ({phase, loaded, total, file}) => `${phase} ${loaded} ${total} ${file}`;
                const {size} = await stat(new URL(Loom.files.wasm));
                const engine = progress.filter(({phase}) => phase === 'engine').at(-1);
                console.log(JSON.stringify({y, receipt, backend, why, first: text(progress.find(({phase}) => phase === 'download')), whole: text(engine) === `engine ${size} ${size} loom.wasm`}));
                await model.close();
                """.formatted(TOOLS, thread));

        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            assertThat(found.get("y").getAsString()).isEqualTo(Bits.hex(jvm.run(Models.input(60))));
            assertThat(ReceiptJson.read("receipt", found.get("receipt").getAsString())
                            .withoutMachine())
                    .isEqualTo(jvm.receipt(Models.input(60)));
        }
        assertThat(found.get("backend").getAsString()).isEqualTo("wasm");
        assertThat(found.get("why").getAsString().contains("in this thread, as asked"))
                .isEqualTo(thread.equals("page"));
        assertThat(found.get("whole").getAsBoolean()).isTrue();
        int bytes = Models.ACTIVATIONS.length();
        assertThat(found.get("first").getAsString()).isEqualTo("download " + bytes + " " + bytes + " model.json");
    }

    /** Both stay on the disk, where the engine reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void readsWeightsBesideAModel(String thread) throws Exception {
        Model model = ModelReader.read(Models.FILE, Models.ACTIVATIONS);
        Files.writeString(folder.resolve("beside.json"), ModelWriter.withoutWeights(model));
        Files.write(folder.resolve("beside.safetensors"), SafetensorsWriter.write(TensorFile.of(model)));
        JsonObject found = run("beside.mjs", """
                import {appendFileSync} from 'node:fs';
                import {Loom} from '@dev-loom/loom';
                %s
                const options = {thread: '%s', backend: 'wasm'};
                const model = await Loom.load('beside.json', options);
                const {model: {digest}} = await model.receipt(input(60));
                const saved = await Loom.load(await model.save(), options);
                const again = (await saved.receipt(input(60))).model.digest;
                const onProgress = ({phase, file}) => {
                    if (phase === 'download' && file === 'beside.safetensors') {
                        appendFileSync(file, 'x');
                    }
                };
                const refusal = await Loom.load('beside.json', {...options, onProgress}).catch(({code, file, message}) => `${code} ${file} ${message}`);
                const y = hex(await model.run(input(60)));
                console.log(JSON.stringify({digest, again, refusal, y}));
                await model.close();
                await saved.close();
                """.formatted(TOOLS, thread));
        try (OnJvm jvm = new OnJvm(model)) {
            assertThat(found.get("digest").getAsString())
                    .isEqualTo(jvm.receipt(Models.input(60)).model().digest());
            assertThat(found.get("y").getAsString()).isEqualTo(Bits.hex(jvm.run(Models.input(60))));
        }
        assertThat(found.get("again")).isEqualTo(found.get("digest"));
        assertThat(found.get("refusal").getAsString())
                .startsWith("INPUT beside.json the file cannot be read: ")
                .endsWith("beside.safetensors has changed since it was opened");
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "page"})
    void runsACompiledModel(String thread) throws Exception {
        Files.write(
                folder.resolve("compiled.wasm"),
                CompiledModel.of(ModelReader.read(Models.FILE, Models.ACTIVATIONS), 2));
        JsonObject found = run("compiled.mjs", """
                import {Loom} from '@dev-loom/loom';
                %s
                const model = await Loom.load('compiled.wasm', {thread: '%s', threads: 2});
                const y = hex(await model.run(input(60)));
                console.log(JSON.stringify({y, why: model.why}));
                await model.close();
                """.formatted(TOOLS, thread));
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            assertThat(found.get("y").getAsString()).isEqualTo(Bits.hex(jvm.run(Models.input(60))));
        }
        assertThat(found.get("why").getAsString())
                .isEqualTo("compiled ahead of time for WebAssembly; "
                        + (thread.equals("page") ? "in this thread, as asked; " : "")
                        + "one thread: a compiled model has no parts to share");
    }

    @Test
    void severalThreadsGiveTheBitsOfOne() throws Exception {
        JsonObject found = run("threads.mjs", """
                import {Loom} from '@dev-loom/loom';
                %s
                const found = {threads: 0};
                for (const threads of [1, 3]) {
                    const model = await Loom.load('digits.json', {backend: 'wasm', threads});
                    found['y' + threads] = hex(await model.run(input(784 * 64)));
                    found.threads += model.threads;
                    await model.close();
                }
                console.log(JSON.stringify(found));
                """.formatted(TOOLS));
        assertThat(found.get("threads").getAsInt()).isEqualTo(1 + 3);
        assertThat(found.get("y3").getAsString()).isEqualTo(found.get("y1").getAsString());
    }

    @Test
    void oneThatForgetsToCloseEndsAllTheSame() throws Exception {
        JsonObject found = run("forgets.mjs", """
                import {Loom} from '@dev-loom/loom';
                const model = await Loom.load('digits.json');
                const y = await model.run(new Float32Array(784));
                console.log(JSON.stringify({values: y.length}));
                """);
        assertThat(found.get("values").getAsInt()).isEqualTo(10);
    }

    @Test
    void continuesAText() throws Exception {
        TextFiles text = TextFiles.llama();
        Path llama = Files.createDirectories(folder.resolve("llama"));
        for (Map.Entry<String, byte[]> file : text.files().entrySet()) {
            Files.write(llama.resolve(file.getKey()), file.getValue());
        }
        Files.writeString(folder.resolve("prompt.txt"), TextIT.PROMPT);
        JsonObject found = run("text.mjs", """
                import {readFileSync} from 'node:fs';
                import {Loom} from '@dev-loom/loom';
                await using model = await Loom.load('llama/', {context: 48});
                let text = '';
                for await (const piece of model.generate(readFileSync('prompt.txt', 'utf8'), {maxTokens: 12})) {
                    text += piece;
                }
                console.log(JSON.stringify({text}));
                """);
        assertThat(found.get("text").getAsString())
                .isEqualTo(
                        String.join("", text.text((m, decoder) -> m.continued(decoder, TextIT.PROMPT, TextIT.GREEDY))));
    }

    @Test
    void theExampleRuns() throws Exception {
        Files.write(folder.resolve("example.mjs"), Resources.bytes("META-INF/resources/examples/node/run.mjs"));
        assertThat(Node.run(folder, "example.mjs", "digits.json")).startsWith("wasm Float32Array(10) [");
    }

    @Test
    void trainsAndDescribesAndExplainsItself() throws Exception {
        JsonObject found = run("all.cjs", """
                const {Loom, LoomError} = require('@dev-loom/loom');
                %s
                (async () => {
                    const model = await Loom.load(new URL('file://' + __dirname + '/model.json'), {backend: 'webgpu'});
                    const {backend, why} = model;
                    const digests = [];
                    for (const thread of ['worker', 'page']) {
                        const small = await Loom.load('model.json', {thread});
                        const run = await small.train({
                            data: {inputs: input(200), labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]},
                            training: {loss: {type: 'cross_entropy', labels: true}, optimizer: 'adamw',
                                schedule: {type: 'constant', rate: 0.01}, epochs: 3, batch: 5},
                        });
                        await run.finished;
                        digests.push(await run.digest());
                        await run.close();
                        await small.close();
                    }
                    const missing = await Loom.load('nowhere.json').catch((e) => `${e instanceof LoomError} ${e.code} ${e.file}`);
                    const kinds = Object.keys(await Loom.describe()).length;
                    await model.close();
                    console.log(JSON.stringify({backend, why, same: digests[0] === digests[1], digest: digests[0], missing, kinds}));
                })();
                """.formatted(TOOLS));

        assertThat(found.get("backend").getAsString()).isEqualTo("wasm");
        assertThat(found.get("why").getAsString()).contains("the npm package webgpu is not installed");
        assertThat(found.get("digest").getAsString()).hasSize(64);
        assertThat(found.get("same").getAsBoolean()).isTrue();
        assertThat(found.get("missing").getAsString()).isEqualTo("true NETWORK nowhere.json");
        assertThat(found.get("kinds").getAsInt()).isGreaterThan(5);
    }
}
