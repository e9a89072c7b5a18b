package loom.train;

import loom.numeric.Sha256;

/** SHA-256 of a data set: inputs, targets and weights, each its length and then the bits, little-endian. */
final class DataDigest {
    private DataDigest() {}

    static String of(Dataset data) {
        Sha256 sha = new Sha256();
        add(sha, data.inputs());
        add(sha, data.targets());
        data.weights().ifPresent(w -> add(sha, w));
        return Sha256.hex(sha.digest());
    }

    private static void add(Sha256 sha, float[] values) {
        sha.updateLittleEndian(values.length);
        for (float v : values) {
            sha.updateLittleEndian(Float.floatToRawIntBits(v));
        }
    }
}
