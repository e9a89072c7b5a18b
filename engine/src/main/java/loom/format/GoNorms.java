package loom.format;

import java.util.LinkedHashMap;
import java.util.List;
import loom.format.GoLayer.Stream;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.LayerNorm;
import loom.model.RmsNorm;
import loom.model.Tensor;

/** Normalisations of the Go engine's files: of every {@code norm_size} elements on their own. */
final class GoNorms {
    private static final List<String> KEYS = List.of("norm_size", "epsilon");
    private static final float EPSILON = 1e-5f;

    /** Of a saved rms_norm that does not say; the engine's builder of configurations puts 1e-5. */
    private static final float SAVED_RMS_EPSILON = 1e-6f;

    private GoNorms() {}

    static GoLayer layerNorm(GoLayers reader, GoLayer.Entry e) {
        LinkedHashMap<String, Tensor> parameters = read(reader, e, List.of("gamma", "beta"));
        boolean saved = e.weights().isPresent();
        LayerNorm norm = new LayerNorm(
                1,
                epsilon(e.config(), EPSILON),
                !saved || parameters.containsKey("scale"),
                !saved || parameters.containsKey("bias"));
        return inBlocks(e, GoLayer.of(norm, e.config(), width(e), width(e), parameters))
                .with(Stream.ADDS_BEFORE);
    }

    static GoLayer rmsNorm(GoLayers reader, GoLayer.Entry e) {
        LinkedHashMap<String, Tensor> parameters = read(reader, e, List.of("gamma"));
        boolean saved = e.weights().isPresent();
        RmsNorm norm = new RmsNorm(
                epsilon(e.config(), saved ? SAVED_RMS_EPSILON : EPSILON), !saved || parameters.containsKey("scale"));
        return inBlocks(e, GoLayer.of(norm, e.config(), width(e), width(e), parameters))
                .with(Stream.OPENS);
    }

    private static LinkedHashMap<String, Tensor> read(GoLayers reader, GoLayer.Entry e, List<String> weights) {
        GoKeys.others(e.config(), List.of("type", "activation"), KEYS);
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        e.weights().ifPresent(w -> {
            GoKeys.others(w, List.of("dtype"), weights);
            for (String key : weights) {
                if (w.has(key) && !GoKeys.empty(w.member(key))) {
                    parameters.put(
                            key.equals("gamma") ? "scale" : "bias", reader.tensor(w.member(key), Shape.of(size(e))));
                }
            }
        });
        return parameters;
    }

    private static int size(GoLayer.Entry e) {
        return GoKeys.agree(e.config(), "normalised", List.of("norm_size"));
    }

    private static int width(GoLayer.Entry e) {
        int size = size(e);
        int width = e.width().orElse(size);
        if (width % size != 0) {
            throw e.config()
                    .error(
                            Code.SHAPE,
                            "expected an input of a multiple of norm_size " + size + ", found " + width
                                    + " from the layer before",
                            "");
        }
        return width;
    }

    private static GoLayer inBlocks(GoLayer.Entry e, GoLayer norm) {
        int size = size(e);
        return size == norm.in() ? norm : GoLayer.inRowsOf(size, norm);
    }

    private static float epsilon(Cursor c, float otherwise) {
        float e = c.optional("epsilon").map(Cursor::real).orElse(0f);
        if (e != 0 && !(e >= 0x1p-60f && e <= 1)) {
            throw c.member("epsilon").expected("0 or a number from 2^-60 to 1");
        }
        return e == 0 ? otherwise : e;
    }
}
