package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loom.text.Chat;
import loom.text.GenerationOptions;
import loom.text.Sampling;
import loom.text.TextModel;
import loom.text.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transformers in a page: the JVM's text, piece by piece. */
class TextIT extends BrowserTest {
    static final String PROMPT = "The quick brown fox — naïve 日本語 👍🏽 says";
    private static final Sampling LIVELY = new Sampling(1.2f, 40, 0.95f, 0.02f, 1.1f, -7_000_000_000_000_000_001L);
    static final GenerationOptions GREEDY = new GenerationOptions(Sampling.GREEDY, 12, List.of());

    private static final String TOOLS = """
            const filesOf = (folder) => Object.entries(folder).map(([name, base64]) =>
                new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
            const all = async (pieces) => {
                const list = [];
                for await (const piece of pieces) {
                    list.push(piece);
                }
                return list;
            };
            const refusal = (promise) => promise.then(() => 'none', (e) => [e.code ?? e.name, e.file, e.path, e.message, e.hint].join(' | '));
            """;

    @Override
    Object evaluate(String body, Object given) {
        return super.evaluate(TOOLS + body, given);
    }

    private static Map<String, String> base64(TextFiles folder) {
        Map<String, String> files = new LinkedHashMap<>();
        folder.files()
                .forEach((name, bytes) -> files.put(name, Base64.getEncoder().encodeToString(bytes)));
        return files;
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void makesTheTextOfTheJvm(String machine) {
        openApi();
        for (TextFiles folder : List.of(TextFiles.llama(), TextFiles.gpt2())) {
            List<?> found =
                    (List<?>) evaluate("""
                    const model = await Loom.load(filesOf(given.files), {backend: given.machine, context: 48});
                    const greedy = await all(model.generate(given.prompt, {maxTokens: 12}));
                    const lively = await all(model.generate(given.prompt, {temperature: 1.2, topK: 40, topP: 0.95, minP: 0.02,
                        repetitionPenalty: 1.1, seed: -7000000000000000001n}));
                    const again = await all(model.generate(Array.from(await model.tokenizer.encode(given.prompt)), {maxTokens: 12}));
                    const {context, vocabulary} = model.info();
                    await model.close();
                    return [model.backend, greedy, lively, again, context, vocabulary];
                    """, Map.of("files", base64(folder), "machine", machine, "prompt", PROMPT));

            List<String> greedy = folder.text((model, decoder) -> model.continued(decoder, PROMPT, GREEDY));
            GenerationOptions lively = new GenerationOptions(LIVELY, 128, List.of());
            assertThat(found)
                    .isEqualTo(List.of(
                            machine,
                            greedy,
                            folder.text((model, decoder) -> model.continued(decoder, PROMPT, lively)),
                            greedy,
                            TextFiles.POSITIONS,
                            Tokenizer.read("", folder.files().get(TextModel.TOKENIZER))
                                    .size()));
            assertThat(String.join("", greedy)).isNotEmpty();
        }
    }

    @Test
    void tokenizesAsTheJvm() {
        openApi();
        TextFiles folder = TextFiles.llama();
        List<?> found = (List<?>) evaluate("""
                const {tokenizer} = await Loom.load(filesOf(given.files));
                const ids = await tokenizer.encode(given.text);
                const bare = await tokenizer.encode(given.text, {specialTokens: false});
                return [Array.from(ids), Array.from(bare), await tokenizer.decode(ids),
                    await tokenizer.decode(Array.from(ids), {specialTokens: true})];
                """, Map.of("files", base64(folder), "text", PROMPT));

        Tokenizer t = Tokenizer.read("", folder.files().get(TextModel.TOKENIZER));
        int[] ids = t.encode(PROMPT);
        assertThat(found)
                .isEqualTo(List.of(
                        IntStream.of(ids).boxed().toList(),
                        IntStream.of(t.encode(PROMPT, false)).boxed().toList(),
                        t.decode(ids, true),
                        t.decode(ids, false)));
    }

    @Test
    void answersInAConversation() {
        openApi();
        TextFiles folder = TextFiles.llama();
        List<?> found = (List<?>) evaluate("""
                const model = await Loom.load(filesOf(given.files), {context: 48});
                const turns = [{role: 'system', content: 'Be brief.'}, {role: 'user', content: 'Hi'}];
                return [await model.chat(turns), await all(model.generate(turns, {maxTokens: 9}))];
                """, Map.of("files", base64(folder)));

        List<Chat.Turn> turns = List.of(new Chat.Turn("system", "Be brief."), new Chat.Turn("user", "Hi"));
        GenerationOptions nine = new GenerationOptions(Sampling.GREEDY, 9, List.of());
        assertThat(found.get(0)).isEqualTo(TextModel.read(folder, 1).chat().prompt(turns));
        assertThat(found.get(1)).isEqualTo(folder.text((model, decoder) -> model.answer(decoder, turns, nine)));
    }

    /** A folder at an address, its weights in several files. */
    @Test
    void comesFromAnAddress() {
        TextFiles folder = TextFiles.llama().sharded();
        assertThat(folder.files()).hasSize(5);
        page().route("**/models/tiny/*", route -> {
            String name = route.request().url().replaceFirst(".*/", "");
            if (folder.has(name)) {
                route.fulfill(
                        new Route.FulfillOptions().setBodyBytes(folder.files().get(name)));
            } else {
                route.fulfill(new Route.FulfillOptions().setStatus(404));
            }
        });
        openApi();
        List<?> found = (List<?>) evaluate("""
                const seen = new Set();
                const model = await Loom.load('/models/tiny/', {context: 48, onProgress: ({phase, file}) => phase !== 'engine' && seen.add(`${phase} ${file}`)});
                return [[...seen], await all(model.generate(given.prompt, {maxTokens: 12}))];
                """, Map.of("prompt", PROMPT));

        assertThat(found.get(0))
                .isEqualTo(List.of(
                        "download config.json",
                        "download tokenizer.json",
                        "download model.safetensors.index.json",
                        "download model-00001-of-00002.safetensors",
                        "download model-00002-of-00002.safetensors",
                        "compile tiny"));
        assertThat(found.get(1)).isEqualTo(folder.text((model, decoder) -> model.continued(decoder, PROMPT, GREEDY)));
        assertThat(takeComplaints())
                .as("of model.safetensors, which is not there")
                .isNotEmpty();
    }

    @Test
    void stopsWhenItIsToldTo() {
        openApi();
        TextFiles folder = TextFiles.gpt2();
        List<String> whole = folder.text((model, decoder) -> model.continued(decoder, PROMPT, GREEDY));
        String stop = String.join("", whole).substring(2, 4);
        List<?> found = (List<?>) evaluate("""
                const model = await Loom.load(filesOf(given.files), {context: 48});
                const stopped = await all(model.generate(given.prompt, {maxTokens: 12, stop: given.stop}));
                const controller = new AbortController();
                const pieces = [];
                const aborted = await refusal((async () => {
                    for await (const piece of model.generate(given.prompt, {signal: controller.signal})) {
                        pieces.push(piece);
                        controller.abort();
                    }
                })());
                for await (const piece of model.generate(given.prompt)) {
                    break;
                }
                const older = model.generate(given.prompt);
                await older.next();
                const fresh = await all(model.generate(given.prompt, {maxTokens: 12}));
                return [stopped.join(''), aborted, pieces.length, fresh, await refusal(older.next())];
                """, Map.of("files", base64(folder), "prompt", PROMPT, "stop", stop));

        GenerationOptions stopping = new GenerationOptions(Sampling.GREEDY, 12, List.of(stop));
        assertThat(found.get(0))
                .isEqualTo(
                        String.join("", folder.text((model, decoder) -> model.continued(decoder, PROMPT, stopping))));
        assertThat((String) found.get(1)).contains("abort");
        assertThat(found.get(2)).isEqualTo(1);
        assertThat(found.get(3)).as("after texts that were given up").isEqualTo(whole);
        assertThat((String) found.get(4)).startsWith("CLOSED | ").contains("another text has begun with this model");
    }

    @Test
    void aLostGpuGoesUnnoticed() {
        loseGpuOnDemand();
        openApi();
        TextFiles folder = TextFiles.llama();
        evaluate("""
                globalThis.model = await Loom.load(filesOf(given.files), {backend: 'webgpu', context: 48});
                globalThis.pieces = model.generate(given.prompt, {maxTokens: 12});
                globalThis.found = [(await pieces.next()).value, (await pieces.next()).value];
                """, Map.of("files", base64(folder), "prompt", PROMPT));
        page().workers().get(0).evaluate("loseGpu()");
        Object found = evaluate("return [...globalThis.found, ...await all(pieces)];", Map.of());
        assertThat(found).isEqualTo(folder.text((model, decoder) -> model.continued(decoder, PROMPT, GREEDY)));
    }

    @Test
    void refusalsNameFileAndPlace() {
        openApi();
        TextFiles folder = TextFiles.llama();
        List<?> found = (List<?>) evaluate("""
                const files = filesOf(given.files);
                const without = (name) => files.filter((file) => file.name !== name);
                const text = await files.find(({name}) => name === 'config.json').text();
                const config = (from, to) => [...without('config.json'), new File([text.replace(from, to)], 'config.json')];
                const model = await Loom.load(files, {context: 4});
                return [
                    await refusal(Loom.load(without('tokenizer.json'))),
                    await refusal(Loom.load(without('model.safetensors'))),
                    await refusal(Loom.load(config('"llama"', '"mamba"'))),
                    await refusal(Loom.load(config('"hidden_size": 16', '"hidden_size": 20'))),
                    await refusal(Loom.load(files, {context: 0})),
                    await refusal(model.generate('x', {temprature: 1}).next()),
                    await refusal(model.generate('x', {topP: 2}).next()),
                    await refusal(model.generate('x', {maxTokens: 0}).next()),
                    await refusal(model.generate('x', {seed: 1.5}).next()),
                    await refusal(model.generate('a longer text than four').next()),
                    await refusal(model.generate(7).next()),
                    await refusal(model.generate([{role: 'me', content: 'x'}]).next()),
                    await refusal(model.close().then(() => model.generate('x').next())),
                ];
                """, Map.of("files", base64(folder)));

        assertThat(found)
                .isEqualTo(List.of(
                        "INPUT | tokenizer.json |  | there is no tokenizer.json among the files config.json, model.safetensors | ",
                        "INPUT | model.safetensors |  | there is no model.safetensors among the files config.json, tokenizer.json | ",
                        "MODEL | config.json | $.model_type | the architecture \"mamba\" is not known here | known: llama, mistral, qwen2, qwen3, gpt2",
                        "MODEL | config.json | $ | cell 0,0 layer 1 residual: rope turns pairs: 5 dimensions of a head of 5 | ",
                        "CONFIG |  |  | context is 0, expected a whole number from 1 | ",
                        "CONFIG | options | $ | unknown key \"temprature\"; did you mean \"temperature\"? | ",
                        "CONFIG | the folder |  | sampling: expected a top-p above 0, up to 1, found 2 | ",
                        "CONFIG | the folder |  | max_tokens: expected at least 1, found 0 | ",
                        "CONFIG | options | $.seed | expected a whole number of 64 bits, found \"1.5\" | ",
                        "INPUT | the folder |  | prompt: expected 1 to 4 tokens, found 13 | ",
                        "INPUT |  |  | the prompt is number, expected text, turns or ids | ",
                        "CONFIG | options | $.turns[0].role | expected system, user or assistant, found \"me\" | ",
                        "CLOSED |  |  | the folder has been closed | "));
    }
}
