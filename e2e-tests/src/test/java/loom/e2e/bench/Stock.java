package loom.e2e.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.run.CompiledModel;

/** The files of the workloads on the server: model and input, in the form each engine takes. */
final class Stock {
    private Stock() {}

    static void put(BenchServer server, Workload workload) throws IOException {
        server.put(
                model(workload, Engine.LOOM),
                ModelWriter.write(workload.model()).getBytes(StandardCharsets.UTF_8));
        if (workload.engines().contains(Engine.LOOM_AHEAD)) {
            server.put(model(workload, Engine.LOOM_AHEAD), CompiledModel.of(workload.model(), workload.batch()));
        }
        if (workload.engines().contains(Engine.ORT)) {
            server.put(model(workload, Engine.ORT), OnnxForm.of(workload.model(), workload.batch()));
        }
        if (workload.engines().contains(Engine.LITERT)) {
            server.put(model(workload, Engine.LITERT), TfliteForm.of(workload.model(), workload.batch()));
        }
        server.put(input(workload), Floats.toBytes(workload.input()));
        if (workload.labels().isPresent()) {
            server.put(labels(workload), Floats.toBytes(workload.labels().get()));
        }
    }

    static String model(Workload workload, Engine engine) {
        return "/models/" + workload.id() + engine.ending();
    }

    static String input(Workload workload) {
        return "/models/" + workload.id() + ".f32";
    }

    static String labels(Workload workload) {
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
