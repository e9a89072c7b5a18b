package loom.model;

import java.util.List;

/**
 * What every layer can be given beside its own fields; in files the keys stand among them.
 *
 * @param name part of the layer's label, for people; other layers may read what this one gave by it ({@link Earlier})
 * @param frozen its parameters and statistics, and those of the layers inside it, stay as they are in training
 * @param disabled the layer hands its input on; its parameters are kept
 * @param precision of its products with weights; layers inside it have their own
 */
public record LayerOptions(String name, boolean frozen, boolean disabled, Precision precision) implements Declared {
    private static final Field<LayerOptions, String> NAME = Field.optional(
            "name",
            new FieldType.Text(),
            "",
            LayerOptions::name,
            "what people, and layers that read what it gave, call it");
    private static final Field<LayerOptions, Boolean> FROZEN = Field.optional(
            "frozen",
            new FieldType.Flag(),
            false,
            LayerOptions::frozen,
            "whether training leaves its parameters, and those of layers inside it, as they are");
    private static final Field<LayerOptions, Boolean> DISABLED = Field.optional(
            "disabled", new FieldType.Flag(), false, LayerOptions::disabled, "whether it hands its input on instead");

    private static final Field<LayerOptions, Precision> PRECISION = Field.optional(
            "precision",
            new FieldType.Variant<>(Precision.ALL),
            Precision.F32,
            LayerOptions::precision,
            "what its products with weights compute with");

    public static final Declaration<LayerOptions> TYPE = Declaration.of(
            "every layer",
            "beside its own fields",
            List.of(NAME, FROZEN, DISABLED, PRECISION),
            v -> new LayerOptions(v.get(NAME), v.get(FROZEN), v.get(DISABLED), v.get(PRECISION)));

    public static final LayerOptions NONE = new LayerOptions("", false, false, Precision.F32);

    public LayerOptions {
        NAME.check(name);
    }

    /** The options of a layer. */
    public static LayerOptions of(Layer layer) {
        return layer instanceof Tagged t ? t.options() : NONE;
    }

    /** {@code layer} with these options instead of those it has. */
    public Layer on(Layer layer) {
        Layer plain = Tagged.untagged(layer);
        return equals(NONE) ? plain : new Tagged(plain, this);
    }

    public LayerOptions named(String newName) {
        return new LayerOptions(newName, frozen, disabled, precision);
    }

    public LayerOptions asFrozen() {
        return new LayerOptions(name, true, disabled, precision);
    }

    public LayerOptions asDisabled() {
        return new LayerOptions(name, frozen, true, precision);
    }

    public LayerOptions with(Precision other) {
        return new LayerOptions(name, frozen, disabled, other);
    }

    /** As in {@code dense "head"}. */
    public String label(String typeName) {
        return name.isEmpty() ? typeName : typeName + " \"" + name + "\"";
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }
}
