package loom.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loom.format.ModelException;
import loom.numeric.Base64;
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
                "\"BPE\"|\"Word\"|UNSUPPORTED|$.model: the model \"Word\" is not known here",
                "\"BPE\"|\"Unigram\"|VALUE|$.model.vocab: expected a list, found an object",
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
                "null|{\"type\":\"Precompiled\"}|KEY|$.normalizer: missing key \"precompiled_charsmap\"",
                "null|{\"type\":\"Precompiled\",\"precompiled_charsmap\":null}|VALUE|$.normalizer.precompiled_charsmap: expected a text in base64,"
                        + " found null",
                "null|{\"type\":\"X\"}|UNSUPPORTED|$.normalizer.type: the normalizer \"X\" is not known here",
                "\"normalizer\"|\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"ab\"},\"normalizer\"|VALUE|$.pre_tokenizer.replacement:"
                        + " expected one character, found \"ab\"",
                "\"normalizer\"|\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"last\"},\"normalizer\"|VALUE"
                        + "|$.pre_tokenizer.prepend_scheme: expected always, first or never, found \"last\"",
                "\"normalizer\"|\"decoder\":{\"type\":\"Metaspace\",\"replacement\":\"_\",\"add_prefix_space\":false,\"prepend_scheme\":\"first\"},"
                        + "\"normalizer\"|VALUE|$.decoder.prepend_scheme: \"first\" contradicts add_prefix_space",
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

    private static String unigram(String vocab, String more) {
        return "{\"model\":{\"type\":\"Unigram\",\"vocab\":" + vocab + more + "}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}||VALUE|$.model.vocab: expected a list, found an object",
                "[3]||VALUE|$.model.vocab[0]: expected a list, found 3",
                "[[\"a\"]]||VALUE|$.model.vocab[0]: expected a token and its score, found a list of 1",
                "[[1, 2]]||VALUE|$.model.vocab[0][0]: expected a text, found 1",
                "[[\"a\", \"b\"]]||VALUE|$.model.vocab[0][1]: expected a finite number, found \"b\"",
                "[[\"a\", -1e309]]||VALUE|$.model.vocab[0][1]: expected a finite number, found -1e309",
                "[[\"a\", 0]]|,\"unk_id\":1|VALUE|$.model.unk_id: expected a whole number from 0 to 0, found 1",
                "[]|,\"unk_id\":0|VALUE|$.model.unk_id: no token is there, so none for what is unknown",
                "[]|,\"byte_fallback\":0|VALUE|$.model.byte_fallback: expected true or false, found 0",
            })
    void eachUnigramGivesItsError(String vocab, String more, String code, String message) {
        ModelException e = error(unigram(vocab, more == null ? "" : more));
        assertThat(e.code() + "|" + e.getMessage()).isEqualTo(code + "|t.json: " + message);
    }

    @Test
    void whatNoTokenIsForCannotBeCut() {
        byte[] file = unigram("[[\"a\", 0], [\"ab\", -1]]", "").getBytes(StandardCharsets.UTF_8);
        Tokenizer t = Tokenizer.read("t.json", file);
        assertThat(t.encode("aaba")).containsExactly(0, 1, 0);
        assertThat(catchThrowableOfType(ModelException.class, () -> t.encode("ba")))
                .hasMessage("no token for \"b\", and none for what is unknown");
    }

    /** A map that makes "ab" of "x", as bytes, and one unit of it changed. */
    private static String map(int at, int unit) {
        int[] units = new int[512];
        Arrays.fill(units, 1 << 31);
        units[0] = 256 << 10;
        units[256 + 'x'] = 1 << 10 | 1 << 8 | 'x';
        units[256 + 'x' ^ 1] = 0;
        if (at >= 0) {
            units[at] = unit;
        }
        byte[] all = new byte[4 + 4 * 512 + 3];
        all[1] = 8;
        for (int i = 0; i < 4 * 512; i++) {
            all[4 + i] = (byte) (units[i / 4] >>> 8 * (i % 4));
        }
        all[4 + 2048] = 'a';
        all[4 + 2049] = 'b';
        return normalised(all);
    }

    private static String normalised(byte[] map) {
        return "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"" + Base64.encode(map) + "\"},"
                + unigram("[[\"a\",0],[\"b\",0],[\"y\",0]]", "").substring(1);
    }

    @Test
    void theGoodMapIsRead() {
        Tokenizer t = Tokenizer.read("t.json", map(-1, 0).getBytes(StandardCharsets.UTF_8));
        assertThat(t.encode("yxx")).containsExactly(2, 0, 1, 0, 1);
    }

    @Test
    void eachMapGivesItsError() {
        String at = "t.json: $.normalizer.precompiled_charsmap: ";
        assertThat(error(map(0, 512 << 10))).hasMessage(at + "unit 0 leads to 512 of 512");
        assertThat(error(map(0, 1 << 31 | 512 << 10))).hasMessage(at + "unit 0 leads to 2097664 of 512");
        assertThat(error(map(7, 3 << 10 | 1 << 9))).hasMessage(at + "unit 7 leads to 775 of 512");
        assertThat(error(map(256 + 'x' ^ 1, 3)))
                .hasMessage(at + "unit 376 has the replacement at 3, where none starts in 3 bytes");
        assertThat(error(normalised(new byte[3]))).hasMessage(at + "3 bytes are no map of characters");
        assertThat(error(normalised(new byte[2000])))
                .hasMessage(at + "a table of 0 bytes in 2000, expected whole blocks of 1024 that are there");
        byte[] cut = new byte[1000];
        cut[1] = 4;
        assertThat(error(normalised(cut)))
                .hasMessage(at + "a table of 1024 bytes in 1000, expected whole blocks of 1024 that are there");
        byte[] broken = new byte[4 + 1024 + 1];
        broken[1] = 4;
        broken[1028] = (byte) 0x80;
        assertThat(error(normalised(broken))).hasMessage(at + "the replacements are not UTF-8");
    }

    @Test
    void aPatternThatNeverEndsIsStopped() {
        Regex r = Regex.of("(?:a|aa)+(?:b|c)");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> r.split("a".repeat(60), (part, isMatch) -> {}))
                .isInstanceOf(ModelException.class)
                .hasMessage("a pattern takes too long for a text of 60 characters");
    }
}
