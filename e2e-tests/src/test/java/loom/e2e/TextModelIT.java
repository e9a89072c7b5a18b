package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.text.GenerationOptions;
import loom.text.Sampling;
import loom.text.TextModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The text model that Loom trained itself: the JVM's text in the page, on every machine. */
class TextModelIT extends BrowserTest {
    private static final String PROMPT = "'Who are YOU?' said the Caterpillar.";

    private static TextFiles folder() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : List.of(TextModel.CONFIG, TextModel.TOKENIZER, TextModel.WEIGHTS)) {
            files.put(name, Resources.bytes("META-INF/resources/models/alice/" + name));
        }
        return new TextFiles(files);
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void writesTheTextOfTheJvm(String machine) {
        openApi();
        List<?> found = (List<?>) evaluate("""
                const all = async (pieces) => {
                    const list = [];
                    for await (const piece of pieces) {
                        list.push(piece);
                    }
                    return list;
                };
                const model = await Loom.load('/models/alice/', {backend: given.machine, context: 48});
                const greedy = await all(model.generate(given.prompt, {maxTokens: 20}));
                const seeded = await all(model.generate(given.prompt, {maxTokens: 20, temperature: 0.8, topP: 0.9, seed: 7n}));
                await model.close();
                return [greedy, seeded];
                """, Map.of("machine", machine, "prompt", PROMPT));
        TextFiles folder = folder();
        Sampling lively = new Sampling(0.8f, 0, 0.9f, 0, 1, 7);
        List<String> greedy = folder.text((model, decoder) ->
                model.continued(decoder, PROMPT, new GenerationOptions(Sampling.GREEDY, 20, List.of())));
        List<String> seeded = folder.text(
                (model, decoder) -> model.continued(decoder, PROMPT, new GenerationOptions(lively, 20, List.of())));
        assertThat(found).isEqualTo(List.of(greedy, seeded));
        assertThat(String.join("", greedy)).isNotBlank();
        assertThat(greedy).isNotEqualTo(seeded);
    }
}
