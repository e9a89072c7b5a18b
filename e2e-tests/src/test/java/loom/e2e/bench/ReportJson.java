package loom.e2e.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.util.List;
import java.util.Map;
import loom.model.Tensor;

/** The results with every sample, for programs. */
final class ReportJson {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .registerTypeAdapter(double.class, (JsonSerializer<Double>) (value, type, context) -> finite(value))
            .registerTypeAdapter(Double.class, (JsonSerializer<Double>) (value, type, context) -> finite(value))
            .create();

    private ReportJson() {}

    static String of(Setting setting, List<Result> results, Map<Engine, LoadTime> loads) {
        JsonObject all = new JsonObject();
        all.add("setting", GSON.toJsonTree(setting));
        JsonArray workloads = new JsonArray();
        for (Result result : results) {
            JsonObject workload = new JsonObject();
            workload.addProperty("id", result.workload().id());
            workload.addProperty("title", result.workload().title());
            workload.addProperty("flop", Flop.of(result.workload()));
            if (result.workload().labels().isEmpty()) {
                workload.addProperty("bytes", bytes(result.workload()));
            }
            result.engines().forEach((engine, timing) -> workload.add(engine.id(), timing(timing)));
            workloads.add(workload);
        }
        all.add("workloads", workloads);
        JsonObject load = new JsonObject();
        loads.forEach((engine, times) -> load.add(engine.id(), GSON.toJsonTree(times)));
        all.add("load", load);
        JsonObject titles = new JsonObject();
        results.stream()
                .flatMap(result -> result.field().stream())
                .distinct()
                .forEach(engine -> titles.addProperty(engine.id(), engine.title()));
        all.add("engines", titles);
        return GSON.toJson(all) + "\n";
    }

    /** JSON has no other numbers; what was not measured is null. */
    private static JsonElement finite(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    private static JsonObject timing(Result.Timing timing) {
        JsonObject json = GSON.toJsonTree(timing).getAsJsonObject();
        json.addProperty("right", timing.isRight());
        if (timing.isRight()) {
            json.addProperty("median", Sample.median(timing.samples(), Sample::wall));
        }
        return json;
    }

    /** Weights, input and output of a run: what has to come from memory or go there if nothing is in a cache. */
    private static long bytes(Workload workload) {
        long words =
                workload.input().length + workload.model().network().output().elements(workload.batch());
        for (Tensor parameter : workload.model().parameters().values()) {
            words += parameter.values().length;
        }
        return Float.BYTES * words;
    }
}
