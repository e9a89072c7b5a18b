package loom.model;

/** Something that a model file can name: a layer, an activation, an initialiser. It knows its {@link Declaration}. */
public interface Declared {
    /** The declaration and this object's value of every field. */
    FieldValues fields();
}
