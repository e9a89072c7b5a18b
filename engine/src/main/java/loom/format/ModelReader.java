package loom.format;

import loom.format.ModelException.Code;
import loom.model.Layer;
import loom.model.Model;

/**
 * Reads a model file of any kind we know: our own format, a network configuration of the Go engine, or one of its bundles. Every
 * refusal is a {@link ModelException}; nothing is guessed.
 */
public final class ModelReader {
    private ModelReader() {}

    public static Model read(String fileName, byte[] bytes) {
        return load(fileName, bytes).model();
    }

    public static Model read(String fileName, String text) {
        return load(fileName, text).model();
    }

    public static LoadedModel load(String fileName, byte[] bytes) {
        return load(Cursor.parse(fileName, bytes), "");
    }

    public static LoadedModel load(String fileName, String text) {
        return load(fileName, text, "");
    }

    /** As above; {@code id} picks a model of a bundle that holds several (empty: there must be one). */
    public static LoadedModel load(String fileName, String text, String id) {
        return load(Cursor.parse(fileName, text), id);
    }

    /** A model that stands inside another file. */
    public static LoadedModel load(Cursor root, String id) {
        return load(root, id, TensorSource.NONE);
    }

    /** As above; {@code weights} has the tensors that the file only names. */
    public static LoadedModel load(Cursor root, String id, TensorSource weights) {
        if (root.has("format")) {
            return LoomReader.read(root, name -> FieldReader.find(Layer.Types.ALL, name), weights);
        }
        if (root.has("type")) {
            return GoBundleReader.read(root, id);
        }
        if (root.has("layers")) {
            return GoNetworkReader.read(root);
        }
        throw root.error(
                Code.FORMAT,
                "not a model: expected \"format\": \"loom\", or a network configuration or bundle of the Go engine",
                "");
    }
}
