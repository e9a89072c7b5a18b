package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelException.Code;

/**
 * A layers-model of tfjs: model.json, which has Keras's layers and a list of weights, and files with their bytes. Layers become operators of
 * ONNX ({@link KerasLayers}), and the file a model of one layer, as an ONNX file does.
 */
public final class TfjsImport {
    private static final String TOPOLOGY = "modelTopology";
    private static final String MANIFEST = "weightsManifest";
    private static final String PATHS = "paths";
    private static final String FORMAT = "format";

    private TfjsImport() {}

    /** Whether a JSON file is one. */
    public static boolean looksLike(Cursor root) {
        return root.isObject() && root.has(TOPOLOGY);
    }

    /**
     * Names of the files with the weights, in their order. They are opened by whoever reads the model, among those beside it: a name with a
     * path is refused.
     */
    public static List<String> shards(Cursor root) {
        List<String> names = new ArrayList<>();
        if (!root.has(MANIFEST)) {
            throw root.error(Code.KEY, "missing key \"" + MANIFEST + "\": a model without its weights", "");
        }
        for (Cursor group : root.member(MANIFEST).elements()) {
            for (Cursor c : group.member(PATHS).elements()) {
                String file = c.string();
                if (file.isEmpty()
                        || file.startsWith(".")
                        || file.indexOf('/') >= 0
                        || file.indexOf('\\') >= 0
                        || file.indexOf(':') >= 0) {
                    throw c.expected("the name of a file beside this one");
                }
                names.add(file);
            }
        }
        return names;
    }

    /** @param weights bytes of all {@link #shards}, one after the other */
    public static LoadedModel load(Cursor root, byte[] weights, OnnxOptions options) {
        if (root.has(FORMAT) && !root.member(FORMAT).string().equals("layers-model")) {
            throw root.member(FORMAT).expected("\"layers-model\": only models of layers are read");
        }
        TfjsWeights read = TfjsWeights.read(root.member(MANIFEST), weights);
        OnnxFile file = new KerasModel(root, read).file();
        return OnnxImport.of(file, options, read.admission(), LoadedModel.Format.TFJS);
    }
}
