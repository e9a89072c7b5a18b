package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A layer with other values for some of its fields: those that refer to {@link Earlier} values and those that hold layers, wherever
 * they are declared.
 */
record FieldMap(EarlierMap earlier, LayerMap layers) {
    interface EarlierMap {
        Earlier of(Field<?, ?> field, Earlier value);
    }

    /** {@code name} is that of {@link Layer.Child}. */
    interface LayerMap {
        Layer of(Layer layer, String name);
    }

    /** The same layer if nothing changes. */
    Layer of(Layer layer) {
        return (Layer) declared(layer);
    }

    private Declared declared(Declared d) {
        FieldValues old = d.fields();
        LinkedHashMap<Field<?, ?>, Object> values = new LinkedHashMap<>();
        boolean changed = false;
        for (Field<?, ?> f : old.fields()) {
            Object before = old.get(f);
            Object after = value(f, f.type(), before);
            changed |= !after.equals(before);
            values.put(f, after);
        }
        return changed ? old.declaration().make(FieldValues.of(old.declaration(), values)) : d;
    }

    private Object value(Field<?, ?> f, FieldType<?> type, Object value) {
        return switch (type) {
            case FieldType.EarlierValue e -> earlier.of(f, (Earlier) value);
            case FieldType.OneLayer l -> layers.of((Layer) value, f.name());
            case FieldType.Layers l -> {
                List<Layer> list = new ArrayList<>();
                for (Object layer : (List<?>) value) {
                    list.add(layers.of((Layer) layer, Integer.toString(list.size())));
                }
                yield list;
            }
            case FieldType.Maybe<?> m -> ((Optional<?>) value).map(v -> value(f, m.of(), v));
            case FieldType.Variant<?> v -> declared((Declared) value);
            case FieldType.Whole w -> value;
            case FieldType.Wholes w -> value;
            case FieldType.Real r -> value;
            case FieldType.Reals r -> value;
            case FieldType.Flag b -> value;
            case FieldType.Flags b -> value;
            case FieldType.Text t -> value;
            case FieldType.Extents e -> value;
            case FieldType.Operators o -> value;
        };
    }
}
