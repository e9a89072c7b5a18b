package loom.onnx;

import java.util.List;
import java.util.function.Function;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.format.ModelReader;
import loom.format.TensorSource;

/** A model file of any kind: finds out which by its first bytes, and says what else it is if it is none. */
public final class AnyModel {
    private static final String VALUES = ", which holds values but no network";

    private AnyModel() {}

    /**
     * @param id which model of a bundle; may be empty
     * @param weights of a model.json that only names them
     * @param onnx what an ONNX file, or one of tfjs, leaves open
     * @param beside bytes of files beside the model, one after the other, by their names: weights of a tfjs model
     */
    public static LoadedModel load(
            String name,
            byte[] bytes,
            String id,
            TensorSource weights,
            OnnxOptions onnx,
            Function<List<String>, byte[]> beside) {
        if (OnnxImport.looksLike(bytes)) {
            return OnnxImport.load(name, bytes, onnx);
        }
        String other = other(bytes);
        if (!other.isEmpty()) {
            throw new ModelException(Code.FORMAT, name, "", "", other, "");
        }
        Cursor root = Cursor.parse(name, bytes);
        return TfjsImport.looksLike(root)
                ? TfjsImport.load(root, beside.apply(TfjsImport.shards(root)), onnx)
                : ModelReader.load(root, id, weights);
    }

    /** What a file is that is known and no model with layers; empty if it is none of them. */
    private static String other(byte[] bytes) {
        if (starts(bytes, 0, "PK")) {
            return "a zip archive, perhaps .npz" + VALUES;
        }
        if (starts(bytes, 1, "NUMPY")) {
            return "a NumPy array" + VALUES;
        }
        if (starts(bytes, 0, "\0asm")) {
            return "a WebAssembly module, perhaps a compiled model: only Loom.load and loom-run.mjs run these, give the model that it was compiled from";
        }
        // Eight bytes of length, then JSON.
        return starts(bytes, 8, "{\"") && bytes[0] != '{' ? "a safetensors file" + VALUES : "";
    }

    private static boolean starts(byte[] bytes, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (from + i >= bytes.length || bytes[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
