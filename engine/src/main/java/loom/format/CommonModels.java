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
     * As {@link ModelReader#load(Cursor, String, TensorSource)}, which it throws {@link LeftOut} in place of for everything else, be it a model or
     * not: only a program that knows all can say.
     */
    public static LoadedModel load(Cursor root, TensorSource weights) {
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
