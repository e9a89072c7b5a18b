package loom.format;

import loom.model.Declaration;
import loom.model.Declared;

/** Declared things that are not part of a model, as JSON objects of their fields. */
public final class DeclaredJson {
    private DeclaredJson() {}

    /** Reads an object; throws {@link ModelException} naming file and path. */
    public static <T extends Declared> T read(Declaration<T> declaration, Cursor at) {
        return FieldReader.only(declaration, at);
    }

    public static void write(JsonWriter w, Declared value) {
        w.beginObject();
        new FieldWriter(w, layer -> {
                    throw new IllegalArgumentException(value.fields().declaration() + " holds a layer");
                })
                .write(value.fields());
        w.endObject();
    }
}
