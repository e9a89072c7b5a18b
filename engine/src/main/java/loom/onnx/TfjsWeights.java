package loom.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.numeric.DType;

/** Weights by their names, from the manifest of a tfjs model and its bytes. */
final class TfjsWeights {
    private static final String DTYPE = "dtype";
    private static final String QUANTIZATION = "quantization";

    private static final Map<String, DType> TYPES = types();

    private final Cursor manifest;
    private final LinkedHashMap<String, Known> weights = new LinkedHashMap<>();
    private final Admission admission = new Admission();

    private TfjsWeights(Cursor manifest) {
        this.manifest = manifest;
    }

    private static Map<String, DType> types() {
        Map<String, DType> types = new LinkedHashMap<>();
        types.put("float32", DType.F32);
        types.put("float16", DType.F16);
        types.put("int32", DType.I32);
        types.put("uint8", DType.U8);
        types.put("uint16", DType.U16);
        types.put("bool", DType.BOOL);
        return types;
    }

    static TfjsWeights read(Cursor manifest, byte[] bytes) {
        TfjsWeights w = new TfjsWeights(manifest);
        int at = 0;
        for (Cursor group : manifest.elements()) {
            for (Cursor weight : group.member("weights").elements()) {
                at = w.weight(weight, bytes, at);
            }
        }
        if (at != bytes.length) {
            throw manifest.error(Code.DATA, (bytes.length - at) + " bytes after the last weight", "");
        }
        return w;
    }

    private int weight(Cursor c, byte[] bytes, int at) {
        String name = c.member("name").string();
        int[] dims = dims(c.member("shape"));
        long elements = 1;
        for (int d : dims) {
            elements *= d;
        }
        Optional<Cursor> quantization = c.optional(QUANTIZATION);
        DType type = type(quantization.orElse(c).member(DTYPE));
        if (elements * type.bytes() > bytes.length - at) {
            throw c.error(
                    Code.DATA,
                    "weight " + TensorReader.quoted(name) + " needs " + elements * type.bytes() + " bytes, "
                            + (bytes.length - at) + " are left",
                    "are all files of weights there, in their order?");
        }
        float[] values = new float[(int) elements];
        admission.addRounded(type.widen(bytes, at, values, 0, values.length));
        if (quantization.isPresent() && type != DType.F16) {
            spread(quantization.get(), values);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = admission.admit(values[i]);
            if (Float.isNaN(values[i])) {
                throw c.error(Code.NUMBER, "weight " + TensorReader.quoted(name) + ": element " + i + " is NaN", "");
            }
        }
        if (weights.put(name, Known.reals(dims, values)) != null) {
            throw c.error(Code.KEY, "two weights " + TensorReader.quoted(name), "");
        }
        return at + values.length * type.bytes();
    }

    /** Whole numbers that stand for real ones: {@code v·scale + min}, in f64 and then rounded. */
    private static void spread(Cursor c, float... values) {
        double scale = c.member("scale").real();
        double min = c.member("min").real();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale + min);
        }
    }

    private static int[] dims(Cursor c) {
        List<Cursor> extents = c.elements();
        if (extents.size() > Shape.MAX_RANK) {
            throw c.error(Code.LIMIT, "rank " + extents.size() + " is more than " + Shape.MAX_RANK, "");
        }
        int[] dims = new int[extents.size()];
        long product = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = extents.get(i).whole(1, Integer.MAX_VALUE);
            product *= dims[i];
            if (product > Integer.MAX_VALUE) {
                throw c.error(Code.LIMIT, "more than 2^31-1 elements", "");
            }
        }
        return dims;
    }

    private static DType type(Cursor c) {
        DType type = TYPES.get(c.string());
        if (type == null) {
            throw c.expected("one of " + String.join(", ", TYPES.keySet()));
        }
        return type;
    }

    Admission admission() {
        return admission;
    }

    /**
     * The weight of a layer; {@code path} are the names that stand between the layer's and the weight's, which some versions of Keras leave
     * out and others add to.
     */
    Known find(Cursor layer, String name, List<String> path, String weight) {
        String exact = name + "/" + (path.isEmpty() ? "" : String.join("/", path) + "/") + weight;
        if (weights.containsKey(exact)) {
            return weights.get(exact);
        }
        Known found = null;
        for (Map.Entry<String, Known> e : weights.entrySet()) {
            String key = "/" + e.getKey();
            boolean fits = key.indexOf("/" + name + "/") >= 0 && key.endsWith("/" + weight);
            for (String p : path) {
                fits &= key.indexOf("/" + p + "/") >= 0;
            }
            if (fits && found != null) {
                throw error(layer, "several weights may be " + TensorReader.quoted(exact));
            }
            found = fits ? e.getValue() : found;
        }
        if (found == null) {
            throw error(layer, "no weight " + TensorReader.quoted(exact) + " in the list of weights");
        }
        return found;
    }

    private static ModelException error(Cursor layer, String problem) {
        return layer.error(Code.KEY, problem, "");
    }
}
