package loom.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import loom.format.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Malformed tokenizer files and the exact error of each. */
class BadTokenizersTest {
    private static final String GOOD = """
            {"version":"1.0","added_tokens":[{"id":3,"content":"<s>","special":true}],"normalizer":null,
            "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}""";

    private static ModelException error(String json) {
        ModelException e = catchThrowableOfType(
                ModelException.class, () -> Tokenizer.read("t.json", json.getBytes(StandardCharsets.UTF_8)));
        assertThat(e).as(json).isNotNull();
        return e;
    }

    @Test
    void theGoodOneIsRead() {
        Tokenizer t = Tokenizer.read("t.json", GOOD.getBytes(StandardCharsets.UTF_8));
        assertThat(t.encode("ab<s>ba")).containsExactly(2, 3, 1, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"version\"|{\"x\":1,\"version\"|KEY|$: unknown key \"x\"; known: version, truncation, padding, added_tokens, normalizer,"
                        + " pre_tokenizer, post_processor, decoder, model",
                "\"BPE\"|\"Unigram\"|UNSUPPORTED|$.model: the model \"Unigram\" is not known here",
                "\"BPE\"|1|VALUE|$.model.type: expected a text, found 1",
                "\"b\":1|\"b\":0|KEY|$.model.vocab.b: id 0 is there twice",
                "\"b\":1|\"b\":-1|VALUE|$.model.vocab.b: expected a whole number from 0 to 1072, found -1",
                "\"b\":1|\"b\":9999999|VALUE|$.model.vocab.b: expected a whole number from 0 to 1072, found 9999999",
                "\"b\":1|\"a\":1|KEY|$.model.vocab.a: the key is there twice (line 2, column 41)",
                "\"a b\"|\"ab\"|VALUE|$.model.merges[0]: expected two tokens with a space between them, found \"ab\"",
                "\"a b\"|\"a c\"|VALUE|$.model.merges[0]: the token \"c\" is not in the vocabulary",
                "\"a b\"|\"b a\"|VALUE|$.model.merges[0]: the token \"ba\" is not in the vocabulary",
                "\"a b\"|[\"a\"]|VALUE|$.model.merges[0]: expected two tokens, found a list of 1",
                "\"a b\"|3|VALUE|$.model.merges[0]: expected a list, found 3",
                "\"id\":3|\"id\":-3|VALUE|$.added_tokens[0].id: expected a whole number from 0 to 16777215, found -3",
                "\"id\":3,|-|KEY|$.added_tokens[0]: missing key \"id\"",
                "\"special\":true|\"special\":1|VALUE|$.added_tokens[0].special: expected true or false, found 1",
                "null|{\"type\":\"Precompiled\"}|UNSUPPORTED|$.normalizer.type: the normalizer \"Precompiled\" is not known here",
                "null|{}|KEY|$.normalizer: missing key \"type\"",
                "null|{\"type\":\"Sequence\"}|KEY|$.normalizer: missing key \"normalizers\"",
                "null|{\"type\":\"Strip\",\"strip_left\":1}|VALUE|$.normalizer.strip_left: expected true or false, found 1",
                "null|{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(a\"},\"content\":\"\"}|UNSUPPORTED|$.normalizer.pattern.Regex:"
                        + " a pattern that is not known from character 2 on",
                "null|{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(?<=a)b\"},\"content\":\"\"}|UNSUPPORTED|$.normalizer.pattern.Regex:"
                        + " a pattern that is not known from character 2 on",
                "null|{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\\\\p{Greek}\"},\"content\":\"\"}|UNSUPPORTED|$.normalizer.pattern.Regex:"
                        + " \\p{Greek} is no category that is known",
                "null|{\"type\":\"Replace\",\"pattern\":{},\"content\":\"\"}|KEY|$.normalizer.pattern: missing key \"String\"",
                "\"normalizer\"|\"pre_tokenizer\":{\"type\":\"X\"},\"normalizer\"|UNSUPPORTED|$.pre_tokenizer.type: the pre-tokenizer \"X\" is not known here",
                "\"normalizer\"|\"post_processor\":{\"type\":\"X\"},\"normalizer\"|UNSUPPORTED|$.post_processor.type: the post-processor \"X\" is not known here",
                "\"normalizer\"|\"decoder\":{\"type\":\"X\"},\"normalizer\"|UNSUPPORTED|$.decoder.type: the decoder \"X\" is not known here",
                "\"normalizer\"|\"decoder\":7,\"normalizer\"|VALUE|$.decoder: expected an object, found 7",
                "\"merges\":|\"unk\":|KEY|$.model: missing key \"merges\"",
            })
    void eachGivesItsError(String what, String by, String code, String message) {
        String to = by.equals("-") ? "" : by;
        ModelException e = error(GOOD.replace(what, to));
        assertThat(e.code() + "|" + e.getMessage()).isEqualTo(code + "|t.json: " + message);
    }

    @Test
    void aPatternThatNeverEndsIsStopped() {
        Regex r = Regex.of("(?:a|aa)+(?:b|c)");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> r.split("a".repeat(60), (part, isMatch) -> {}))
                .isInstanceOf(ModelException.class)
                .hasMessage("a pattern takes too long for a text of 60 characters");
    }
}
