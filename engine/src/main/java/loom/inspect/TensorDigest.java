package loom.inspect;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.numeric.Sha256;

/**
 * Digest of a tensor that also tells where two tensors differ, and that machines can compute in parallel.
 *
 * <p>Elements are cut into chunks of 1,024 words. A leaf is SHA-256(0x00 ‖ the chunk's words, little-endian); a node is
 * SHA-256(0x01 ‖ left ‖ right); the last of an odd number moves up as it is. The digest is SHA-256(0x02 ‖ type ‖ rank ‖ extents ‖
 * top), type in ASCII, rank and extents as little-endian words.
 *
 * @param root the digest, 64 hexadecimal digits
 * @param chunks the first 8 bytes of every leaf, 16 hexadecimal digits each
 */
public record TensorDigest(String root, List<String> chunks) {
    public static final int CHUNK_ELEMENTS = 1024;
    private static final int CHUNK_DIGITS = 16;

    public TensorDigest {
        chunks = List.copyOf(chunks);
    }

    public static TensorDigest of(int[] shape, float[] values) {
        return of(ElementType.F32, shape, bits(values));
    }

    /** {@code shape} has the batch multiplied in. */
    public static TensorDigest of(ElementType type, int[] shape, int[] words) {
        List<byte[]> level = new ArrayList<>();
        List<String> chunks = new ArrayList<>();
        for (int from = 0; from < words.length; from += CHUNK_ELEMENTS) {
            Sha256 sha = new Sha256().update(new byte[] {0});
            int to = Math.min(words.length, from + CHUNK_ELEMENTS);
            for (int i = from; i < to; i++) {
                sha.updateLittleEndian(words[i]);
            }
            byte[] leaf = sha.digest();
            level.add(leaf);
            chunks.add(Sha256.hex(leaf).substring(0, CHUNK_DIGITS));
        }
        while (level.size() > 1) {
            level = pairs(level);
        }
        Sha256 sha = new Sha256().update(new byte[] {2});
        String name = name(type);
        for (int i = 0; i < name.length(); i++) {
            sha.update(new byte[] {(byte) name.charAt(i)});
        }
        sha.updateLittleEndian(shape.length);
        for (int d : shape) {
            sha.updateLittleEndian(d);
        }
        for (byte[] top : level) {
            sha.update(top);
        }
        return new TensorDigest(Sha256.hex(sha.digest()), chunks);
    }

    private static List<byte[]> pairs(List<byte[]> level) {
        List<byte[]> up = new ArrayList<>();
        for (int i = 0; i + 1 < level.size(); i += 2) {
            up.add(new Sha256()
                    .update(new byte[] {1})
                    .update(level.get(i))
                    .update(level.get(i + 1))
                    .digest());
        }
        if (level.size() % 2 == 1) {
            up.add(level.get(level.size() - 1));
        }
        return up;
    }

    /** Name of an element type in files. */
    static String name(ElementType type) {
        return switch (type) {
            case F32 -> "f32";
            case I32 -> "i32";
            case U32 -> "u32";
        };
    }

    static int[] bits(float[] values) {
        int[] words = new int[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Float.floatToRawIntBits(values[i]);
        }
        return words;
    }
}
