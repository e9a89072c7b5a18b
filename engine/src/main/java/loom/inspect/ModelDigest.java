package loom.inspect;

import java.nio.charset.StandardCharsets;
import loom.format.ModelWriter;
import loom.model.Model;
import loom.numeric.Sha256;

/**
 * What identifies a model: SHA-256 of its file as Loom writes it, with the digest of each parameter in the place of its data. So
 * the same network with the same bits has one digest, however its file was written.
 */
public final class ModelDigest {
    private ModelDigest() {}

    public static String of(Model model) {
        String outline = ModelWriter.outline(
                model, t -> TensorDigest.of(t.shape().dims(), t.values()).root());
        return Sha256.hexOf(outline.getBytes(StandardCharsets.UTF_8));
    }
}
