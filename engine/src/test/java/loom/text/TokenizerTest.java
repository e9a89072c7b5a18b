package loom.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loom.format.Cursor;
import loom.numeric.FloatText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what the tokenizers library in Rust made of the same strings: {@code data/tokenizers/expect.py}. */
class TokenizerTest {
    private static final int COUNT = 12_000;
    private static final int BLOCK = 100;
    private static final Path REAL = Path.of("../data/tokenizers/models");
    private static final List<String> STRINGS = TestStrings.make(COUNT);

    static byte[] resource(String name) throws IOException {
        try (var in = TokenizerTest.class.getResourceAsStream("/tokenizers/" + name)) {
            return in.readAllBytes();
        }
    }

    static Tokenizer small(String name) throws IOException {
        return Tokenizer.read(name + ".json", resource(name + ".json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2-like",
                "llama3-like",
                "llama2-like",
                "mistral-like",
                "bert-like",
                "bert-cased-like",
                "odds",
                "t5-like",
                "xlmr-like",
                "unigram-odds"
            })
    void smallOnesAgree(String name) throws IOException {
        compare(name, small(name));
    }

    /** {@code data/tokenizers/fetch.sh} fetches them. */
    @ParameterizedTest
    @ValueSource(strings = {"qwen3", "llama3", "bert"})
    void thoseOfRealModelsAgree(String name) throws IOException {
        Path file = REAL.resolve(name + ".json");
        assumeTrue(Files.exists(file), "not fetched");
        compare(name, Tokenizer.read(name + ".json", Files.readAllBytes(file)));
    }

    private static void compare(String name, Tokenizer t) throws IOException {
        List<String> lines = new String(resource(name + ".expected"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        int blocks = COUNT / BLOCK;
        int index = 0;
        for (String line : lines.subList(blocks, lines.size())) {
            List<Cursor> c = Cursor.parse(name, line).elements();
            String text = c.get(0).string();
            assertThat(text).isEqualTo(STRINGS.get(index++));
            int[] ids = new int[c.get(1).elements().size()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = c.get(1).elements().get(i).whole(0, 1 << 24);
            }
            assertThat(t.encode(text)).as("%s: %s", name, line).isEqualTo(ids);
            assertThat(t.decode(ids, true))
                    .as("%s: %s", name, line)
                    .isEqualTo(c.get(2).string());
        }
        for (int b = 0; b < blocks; b++) {
            int h = 0x811c9dc5;
            for (String s : STRINGS.subList(b * BLOCK, (b + 1) * BLOCK)) {
                int[] ids = t.encode(s);
                for (int id : ids) {
                    h = word(h, id);
                }
                h = word(h, -1);
                for (byte x : t.decode(ids, true).getBytes(StandardCharsets.UTF_8)) {
                    h = (h ^ x & 0xff) * 16777619;
                }
                h = (h ^ 0xff) * 16777619;
            }
            assertThat(FloatText.bits(h))
                    .as("%s: strings from %s", name, b * BLOCK)
                    .isEqualTo("0x" + lines.get(b));
        }
    }

    private static int word(int h, int v) {
        for (int k = 0; k < 4; k++) {
            h = (h ^ v >>> 8 * k & 0xff) * 16777619;
        }
        return h;
    }

    @Test
    void idsOfTokensAreFound() throws IOException {
        Tokenizer t = small("llama3-like");
        assertThat(t.id("<|im_start|>")).hasValue(1);
        assertThat(t.id("no such token")).isEmpty();
        assertThat(t.size()).isEqualTo(900);
        assertThat(t.encode("")).containsExactly(0);
        assertThat(t.encode("", false)).isEmpty();
    }
}
