package loom.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Tensor;

/** Parameters rounded to a grid: few different low bits, so that compression finds something. */
final class Rounding {
    /** A float below 1 has 24 bits after the point; a finer grid would change nothing that matters. */
    static final int MAX_BITS = 24;

    private Rounding() {}

    /** Every parameter becomes the nearest multiple of {@code 2^-bits}, ties to even; what training leaves as it is stays so. */
    static Model round(Model model, int bits) {
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        Map<String, ParameterSpec> specs = model.network().parameters();
        for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
            if (specs.get(p.getKey()).role() == ParameterSpec.Role.FIXED) {
                parameters.put(p.getKey(), p.getValue());
                continue;
            }
            float[] values = p.getValue().values().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = round(values[i], bits);
            }
            parameters.put(p.getKey(), new Tensor(p.getValue().shape(), values));
        }
        return model.withParameters(parameters);
    }

    /** Exact in double, and the result fits a float: it has no more significant bits than {@code value}. Never -0. */
    static float round(float value, int bits) {
        double step = 1L << bits;
        return (float) (Math.rint(value * step) / step + 0.0);
    }
}
