package loom.e2e.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.run.CompiledModel;

/** The files of the workloads: model and input, in the form each engine takes. */
final class Stock {
    private Stock() {}

    /** Where files go. */
    @FunctionalInterface
    interface Shelf {
        /** @param path of a page, so it begins with a slash */
        void put(String path, byte[] content) throws IOException;
    }

    static void put(Shelf shelf, Workload workload, List<Engine> engines) throws IOException {
        Set<String> there = new HashSet<>();
        for (Engine engine : engines) {
            if (there.add(engine.ending())) {
                shelf.put(model(workload, engine), model(workload, engine.ending()));
            }
        }
        shelf.put(input(workload), Floats.toBytes(workload.input()));
        if (workload.labels().isPresent()) {
            shelf.put(labels(workload), Floats.toBytes(workload.labels().get()));
        }
    }

    private static byte[] model(Workload workload, String ending) {
        return switch (ending) {
            case ".json" -> ModelWriter.write(workload.model()).getBytes(StandardCharsets.UTF_8);
            case ".wasm" -> CompiledModel.of(workload.model(), workload.batch());
            case ".onnx" -> OnnxForm.of(workload.model(), workload.batch());
            case ".tflite" -> TfliteForm.of(workload.model(), workload.batch());
            default -> throw new IllegalArgumentException("there are no models *" + ending);
        };
    }

    /** What {@code bench.prepare} of a page is asked for a workload. */
    static Map<String, Object> request(Workload workload, Engine engine) {
        Map<String, Object> all = new TreeMap<>(Map.of(
                "url", model(workload, engine),
                "inputUrl", input(workload),
                "shape", inputShape(workload)));
        if (workload.labels().isPresent()) {
            all.put("labelsUrl", labels(workload));
            all.put("steps", TrainingWorkload.STEPS);
            all.put("checkedSteps", TrainingWorkload.CHECKED_STEPS);
            all.put("rate", (double) TrainingWorkload.RATE);
        }
        return all;
    }

    static String model(Workload workload, Engine engine) {
        return "/models/" + workload.id() + engine.ending();
    }

    static String input(Workload workload) {
        return "/models/" + workload.id() + ".f32";
    }

    private static String labels(Workload workload) {
        return "/models/" + workload.id() + "-labels.f32";
    }

    /** The batch and a sample's extents. */
    static List<Integer> inputShape(Workload workload) {
        Shape sample = workload.model().network().input();
        List<Integer> shape = new ArrayList<>(List.of(workload.batch()));
        for (int axis = 0; axis < sample.rank(); axis++) {
            shape.add(sample.dim(axis));
        }
        return shape;
    }
}
