package loom.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import loom.graph.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a second implementation of the tree, from the JDK's SHA-256. */
class TensorDigestTest {
    private static byte[] sha(Object... parts) throws NoSuchAlgorithmException {
        MessageDigest d = MessageDigest.getInstance("SHA-256");
        for (Object p : parts) {
            switch (p) {
                case Integer i -> d.update(i.byteValue());
                case byte[] b -> d.update(b);
                default -> throw new AssertionError(p);
            }
        }
        return d.digest();
    }

    private static byte[] words(int... words) {
        ByteBuffer b = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        b.asIntBuffer().put(words);
        return b.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1023, 1024, 1025, 3 * 1024, 4 * 1024 + 1, 7 * 1024})
    void isTheTreeOfItsChunks(int n) throws NoSuchAlgorithmException {
        int[] w = new int[n];
        for (int i = 0; i < n; i++) {
            w[i] = i * 0x9e3779b9;
        }
        List<byte[]> level = new ArrayList<>();
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < n; i += 1024) {
            byte[] leaf = sha(0, words(Arrays.copyOfRange(w, i, Math.min(n, i + 1024))));
            level.add(leaf);
            chunks.add(HexFormat.of().formatHex(leaf, 0, 8));
        }
        while (level.size() > 1) {
            List<byte[]> up = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                up.add(i + 1 < level.size() ? sha(1, level.get(i), level.get(i + 1)) : level.get(i));
            }
            level = up;
        }
        byte[] root = sha(2, "u32".getBytes(java.nio.charset.StandardCharsets.US_ASCII), words(2, 1, n), level.get(0));
        TensorDigest d = TensorDigest.of(ElementType.U32, new int[] {1, n}, w);
        assertEquals(HexFormat.of().formatHex(root), d.root());
        assertEquals(chunks, d.chunks());
    }

    @Test
    void dependsOnTypeShapeAndEveryBit() {
        float[] x = new float[6];
        TensorDigest d = TensorDigest.of(new int[] {2, 3}, x);
        assertNotEquals(d.root(), TensorDigest.of(new int[] {3, 2}, x).root());
        assertNotEquals(
                d.root(),
                TensorDigest.of(ElementType.I32, new int[] {2, 3}, new int[6]).root());
        x[5] = 0x1p-60f;
        assertNotEquals(d.root(), TensorDigest.of(new int[] {2, 3}, x).root());
    }

    /** Part of the receipt format: old receipts must stay checkable. */
    @Test
    void staysWhatItWas() {
        assertThat(TensorDigest.of(new int[] {3}, new float[] {1, -2, 0.5f}).root())
                .isEqualTo("ab0377516cdce3bdb4ab83eafcbee3b20623fec184e3bb1f97ed2f1801cf9c6e");
    }
}
