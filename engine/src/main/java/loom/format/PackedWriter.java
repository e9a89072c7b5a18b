package loom.format;

import loom.numeric.Base64;

/** Writes parameters that are stored with fewer bits; {@link PackedReader} reads them. */
final class PackedWriter {
    private PackedWriter() {}

    /** With the numbers in the model file. */
    static void inside(JsonWriter w, PackedTensor t) {
        head(w, t);
        if (t.scales().length > 0) {
            w.key(PackedTensor.SCALES).text(Base64.encode(FloatBytes.bytes(t.scales())));
        }
        if (t.zeroPoints().length > 0) {
            w.key(PackedTensor.ZERO_POINTS).text(Base64.encode(t.zeroPoints()));
        }
        w.key(LoomReader.DATA).text(Base64.encode(t.codes()));
    }

    /** With the numbers in a file of tensors, under names that start with the parameter's. */
    static void outside(JsonWriter w, String name, PackedTensor t) {
        head(w, t);
        if (t.scales().length > 0) {
            named(w, PackedTensor.SCALES, name);
        }
        if (t.zeroPoints().length > 0) {
            named(w, PackedTensor.ZERO_POINTS, name);
        }
        w.key(LoomReader.TENSOR).text(name);
    }

    private static void named(JsonWriter w, String part, String name) {
        w.key(part)
                .beginLine()
                .key(LoomReader.TENSOR)
                .text(PackedTensor.partName(name, part))
                .endObject();
    }

    private static void head(JsonWriter w, PackedTensor t) {
        w.key(PackedReader.DTYPE).text(t.type().label());
        if (!t.block().equals(t.shape())) {
            w.key(PackedReader.BLOCK).shape(t.block());
        }
    }
}
