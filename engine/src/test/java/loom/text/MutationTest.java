package loom.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.tensors.ByteSource;
import loom.format.tensors.NpyReader;
import loom.format.tensors.NpyWriter;
import loom.format.tensors.Npz;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good files with some bytes changed: read, or refused with a {@link ModelException}, never anything else. */
class MutationTest {
    private static final int ROUNDS = 3000;

    private interface Read {
        void of(byte[] bytes);
    }

    private static void mutate(byte[] good, int most, Read read) {
        SplittableRandom random = new SplittableRandom(11);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bad = good.clone();
            int changes = 1 + random.nextInt(3);
            for (int k = 0; k < changes; k++) {
                int at = random.nextInt(Math.min(bad.length, most));
                bad[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) random.nextInt(256);
                    case 1 -> (byte) ('0' + random.nextInt(10));
                    case 2 -> bad[random.nextInt(Math.min(bad.length, most))];
                    default -> (byte) (bad[at] ^ 1 << random.nextInt(8));
                };
            }
            try {
                read.of(bad);
            } catch (ModelException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS);
    }

    private static TensorFile tensors() {
        LinkedHashMap<String, StoredTensor> all = new LinkedHashMap<>();
        all.put("a", StoredTensor.of("a", new int[] {2, 3}, 1, 2, 3, 4, 5, 6));
        all.put("b", StoredTensor.of("b", new int[] {1}, 7));
        return new TensorFile(all, new LinkedHashMap<>());
    }

    @Test
    void safetensors() {
        byte[] good = SafetensorsWriter.write(tensors());
        mutate(good, good.length - 28, b -> {
            for (StoredTensor t : SafetensorsReader.read("x", b).tensors().values()) {
                t.floats();
            }
        });
    }

    @Test
    void npy() {
        byte[] good = NpyWriter.write(tensors().tensors().get("a"));
        mutate(good, 80, b -> NpyReader.read("x", ByteSource.of("x", b)).floats());
    }

    @Test
    void npz() {
        byte[] good = Npz.write(tensors());
        mutate(good, good.length, b -> Npz.read("x", b));
    }

    @ParameterizedTest
    @ValueSource(strings = {"odds.json", "xlmr-like.json"})
    void tokenizers(String name) throws IOException {
        String text = new String(TokenizerTest.resource(name), StandardCharsets.UTF_8);
        // The vocabulary is most of the file; what is before it is of more interest.
        byte[] good = text.getBytes(StandardCharsets.UTF_8);
        mutate(good, text.indexOf("\"vocab\"") + 60, b -> {
            Tokenizer t = Tokenizer.read("x", b);
            for (String s : List.of("", "ab  c 12, \u00e9\u0301\r\n\uff21\ufb01\u2003n\u0303", "<unk>")) {
                t.decode(t.encode(s), false);
            }
        });
    }

    @Test
    void configurations() {
        TensorFile weights = SmallTransformers.LLAMA.file();
        byte[] good = SmallTransformers.LLAMA.config().getBytes(StandardCharsets.UTF_8);
        mutate(good, good.length, b -> Transformer.read(Cursor.parse("x", b), weights, 4));
    }
}
