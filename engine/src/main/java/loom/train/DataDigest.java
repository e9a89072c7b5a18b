package loom.train;

import java.util.Optional;
import loom.numeric.Sha256;

/**
 * Says which data a training is about: SHA-256 of inputs, targets and weights, each its length and then the bits, little-endian. Computed
 * when someone wants to read it: it takes as long as a few steps.
 */
final class DataDigest {
    private final Optional<Dataset> data;
    private String hex;

    private DataDigest(Optional<Dataset> data, String hex) {
        this.data = data;
        this.hex = hex;
    }

    static DataDigest of(Dataset data) {
        return new DataDigest(Optional.of(data), "");
    }

    /** As it was read from a file. */
    static DataDigest of(String hex) {
        return new DataDigest(Optional.empty(), hex);
    }

    boolean isOf(Dataset other) {
        return (data.isPresent() && data.get() == other)
                || hex().equals(of(other).hex());
    }

    String hex() {
        if (data.isPresent() && hex.isEmpty()) {
            Sha256 sha = new Sha256();
            add(sha, data.get().inputs());
            add(sha, data.get().targets());
            data.get().weights().ifPresent(w -> add(sha, w));
            hex = Sha256.hex(sha.digest());
        }
        return hex;
    }

    private static void add(Sha256 sha, float[] values) {
        sha.updateLittleEndian(values.length);
        for (float v : values) {
            sha.updateLittleEndian(Float.floatToRawIntBits(v));
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof DataDigest d && hex().equals(d.hex());
    }

    @Override
    public int hashCode() {
        return hex().hashCode();
    }
}
