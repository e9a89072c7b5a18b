package loom.format;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import org.junit.jupiter.api.Test;

/** Whatever happens to a file's bytes, it is read or refused by a {@link ModelException}: never another failure. */
class MutationTest {
    private static final int ROUNDS = 20_000;
    private static final String PIECES = "{}[]\",:0123456789-+.eEtrufalsn\\u \n\u00e4";

    private static byte[] good() {
        Network n = Network.of(
                "mutated",
                Shape.of(3),
                new Dense(2, new Activation.LeakyRelu(0.25f)),
                new Sequential(java.util.List.of(new Dense(2, Activation.Simple.RELU))),
                new Softmax(new SoftmaxKind.Temperature(0.5f)));
        return ModelWriter.write(Model.initialise(n, 3)).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyMutationIsReadOrRefused() {
        byte[] good = good();
        Random random = new Random(20260101);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = mutate(good, random);
            try {
                ModelReader.read("mutated.json", bytes);
            } catch (ModelException e) {
                refused++;
            } catch (Throwable t) {
                fail("round " + i + ": " + new String(bytes, StandardCharsets.UTF_8), t);
            }
        }
        assertTrue(refused > ROUNDS / 2, refused + " refused");
        assertTrue(refused < ROUNDS, "some mutations are harmless");
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] b = good.clone();
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(b.length);
            int length = Math.min(b.length - at, random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> b = Arrays.copyOf(b, Math.max(1, at));
                case 1 -> b[at] = (byte) random.nextInt(256);
                case 2 -> b[at] = (byte) PIECES.charAt(random.nextInt(PIECES.length()));
                case 3 -> { // a piece twice
                    byte[] c = Arrays.copyOf(b, b.length + length);
                    System.arraycopy(b, at, c, at + length, b.length - at);
                    b = c;
                }
                default -> { // a piece missing
                    byte[] c = Arrays.copyOf(b, b.length - length);
                    System.arraycopy(b, at + length, c, at, b.length - at - length);
                    b = c.length == 0 ? b : c;
                }
            }
        }
        return b;
    }
}
