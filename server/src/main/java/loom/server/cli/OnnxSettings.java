package loom.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import loom.onnx.OnnxOptions;
import picocli.CommandLine.Option;

/** What an ONNX file leaves open, on the command line. */
final class OnnxSettings {
    @Option(
            names = "--dimension",
            paramLabel = "NAME=N",
            description =
                    "Of an ONNX file: an extent by its name, or as in input[1]; \"batch\" as N makes it the batch.")
    private Map<String, String> dimensions = new LinkedHashMap<>();

    @Option(
            names = "--fix",
            paramLabel = "INPUT=V[,V...]",
            description = "Of an ONNX file: numbers of an input that are the same in every run.")
    private Map<String, String> inputs = new LinkedHashMap<>();

    OnnxOptions options() {
        Map<String, Integer> extents = new LinkedHashMap<>();
        dimensions.forEach((name, n) -> extents.put(name, extent(name, n)));
        Map<String, float[]> values = new LinkedHashMap<>();
        inputs.forEach((name, list) -> values.put(name, numbers(name, list)));
        return new OnnxOptions(extents, values);
    }

    private static int extent(String name, String n) {
        try {
            int extent = n.equals("batch") ? OnnxOptions.BATCH : Integer.parseInt(n);
            if (extent == OnnxOptions.BATCH || extent > 0) {
                return extent;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new CommandFailed("--dimension " + name + "=" + n + ": expected a whole number from 1, or batch");
    }

    private static float[] numbers(String name, String list) {
        String[] parts = list.split(",", -1);
        float[] values = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                values[i] = Float.parseFloat(parts[i]);
            } catch (NumberFormatException e) {
                throw new CommandFailed("--fix " + name + "=" + list + ": expected numbers with commas between them");
            }
        }
        return values;
    }
}
