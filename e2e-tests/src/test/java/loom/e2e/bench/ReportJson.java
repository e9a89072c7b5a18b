package loom.e2e.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/** The results with every sample, for programs. */
final class ReportJson {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .serializeSpecialFloatingPointValues()
            .create();

    private ReportJson() {}

    static String of(Setting setting, List<Result> results, Map<Engine, LoadTime> loads) {
        JsonObject all = new JsonObject();
        all.add("setting", GSON.toJsonTree(setting));
        JsonArray workloads = new JsonArray();
        for (Result result : results) {
            JsonObject workload = new JsonObject();
            workload.addProperty("id", result.workload().id());
            workload.addProperty("flop", Flop.of(result.workload()));
            result.engines().forEach((engine, timing) -> workload.add(engine.id(), GSON.toJsonTree(timing)));
            workloads.add(workload);
        }
        all.add("workloads", workloads);
        JsonObject load = new JsonObject();
        loads.forEach((engine, times) -> load.add(engine.id(), GSON.toJsonTree(times)));
        all.add("load", load);
        return GSON.toJson(all) + "\n";
    }
}
