package loom.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import loom.format.ModelException;
import loom.testing.Approved;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each malformed file is refused by exactly one sentence; mutated good ones are read or refused, and nothing else happens. */
class HostileOnnxTest {
    private static final Path ERRORS = Path.of("src", "test", "resources", "bad", "onnx-errors.txt");
    private static final int ROUNDS = 3000;

    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    /** After a new case: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void givesItsError() throws IOException {
        StringBuilder b = new StringBuilder();
        for (Map.Entry<String, byte[]> e : HostileOnnx.all().entrySet()) {
            b.append(e.getKey()).append(" | ").append(error(e.getValue())).append('\n');
        }
        Approved.file(ERRORS, b.toString());
        assertTrue(HostileOnnx.all().size() >= 100, HostileOnnx.all().size() + " files");
    }

    private static String error(byte[] file) {
        try {
            OnnxImport.load("x.onnx", file, OnnxOptions.NONE);
            return "is read";
        } catch (ModelException e) {
            return e.code() + " " + e.getMessage();
        }
    }

    @Test
    void everyMutationIsReadOrRefused() throws IOException {
        Random random = new Random(20260202);
        byte[][] good = NodeCase.all().stream()
                .filter(c -> c.model().length < 3000)
                .map(NodeCase::model)
                .toArray(byte[][]::new);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] file = good[random.nextInt(good.length)].clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            try {
                OnnxImport.load("x.onnx", file, OnnxOptions.NONE);
            } catch (ModelException e) {
                refused++;
            } catch (Throwable t) {
                fail("round " + i, t);
            }
        }
        assertTrue(refused > ROUNDS / 4, refused + " refused");
    }
}
