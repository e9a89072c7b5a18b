package loom.format;

import loom.model.Layer;
import loom.model.LeftOut;

/**
 * Reads models as most are: of our own format, with {@link Layer.Common} layers. For programs that are to stay small; a program that reads them
 * by this class has neither the code of the other layers nor of other formats.
 */
public final class CommonModels {
    private CommonModels() {}

    /**
     * Reads a file as {@link ModelReader#load(Cursor, String, TensorSource)} does. For all else, be it a model or not, it throws {@link LeftOut}: only a
     * program that knows all can say what it is.
     */
    public static LoadedModel load(String fileName, byte[] file, TensorSource weights) {
        int first = 0;
        while (first < file.length && file[first] <= ' ' && file[first] >= 0) {
            first++;
        }
        if (first == file.length || file[first] != '{') {
            throw new LeftOut("this program has one format of models only");
        }
        Cursor root = Cursor.parse(fileName, file);
        if (!root.has("format")) {
            throw new LeftOut("this program has one format of models only");
        }
        return LoomReader.read(
                root,
                name -> Layer.Common.TYPES
                        .find(name.string())
                        .orElseThrow(() -> new LeftOut("this program has no layer " + name.string())),
                weights);
    }
}
