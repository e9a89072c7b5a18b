package loom.analysis;

import java.util.LinkedHashMap;
import java.util.List;
import loom.format.Door;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.DType;

/** A model as it would be after its parameters had been stored with fewer bits: what that costs is what its evaluation says. */
public final class Precision {
    /** Types that hold weights without a scale. */
    public static final List<DType> TYPES = List.of(DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2);

    private Precision() {}

    public static Model stored(Model model, DType type) {
        LinkedHashMap<String, Tensor> all = new LinkedHashMap<>();
        model.parameters().forEach((name, t) -> {
            float[] values = t.values().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = type.widen(type.narrow(values[i]));
            }
            Door.round(values, name + " stored as " + type.label());
            all.put(name, new Tensor(t.shape(), values));
        });
        return model.withParameters(all);
    }
}
