package loom.onnx;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an ONNX file leaves open.
 *
 * @param dimensions extents by the names they have in the file, or as in {@code input[1]}; {@link #BATCH} says that it is the batch
 * @param inputs numbers of inputs that are the same in every run
 */
public record OnnxOptions(Map<String, Integer> dimensions, Map<String, float[]> inputs) {
    public static final int BATCH = -1;

    public static final OnnxOptions NONE = new OnnxOptions(new LinkedHashMap<>(), new LinkedHashMap<>());

    public OnnxOptions {
        dimensions = new LinkedHashMap<>(dimensions);
        inputs = new LinkedHashMap<>(inputs);
    }
}
