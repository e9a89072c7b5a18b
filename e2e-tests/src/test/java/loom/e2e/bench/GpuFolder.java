package loom.e2e.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The program behind {@code ./loom bench --gpu-folder}: writes what a machine with a GPU and Node, but without browser and Java, needs to
 * compare engines on WebGPU: the scripts of {@code bench/gpu}, the pages, Loom's npm package, models, inputs and the outputs expected.
 */
public final class GpuFolder {
    private static final String USAGE = """
            usage: ./loom bench --gpu-folder FOLDER [--only ID,ID]
              FOLDER           is made, or must be empty
              --only ID,ID     some of the workloads: %s
            """;
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private GpuFolder() {}

    public static void main(String[] args) throws IOException {
        try {
            Iterator<String> rest = List.of(args).iterator();
            if (!rest.hasNext()) {
                throw new IllegalArgumentException("no folder given");
            }
            String name = rest.next();
            if (name.startsWith("--")) {
                throw new IllegalArgumentException("no folder given, found " + name);
            }
            Path folder = Path.of(name);
            List<Workload> workloads = Workload.all();
            while (rest.hasNext()) {
                String option = rest.next();
                if (!option.equals("--only")) {
                    throw new IllegalArgumentException("unknown option " + option);
                }
                workloads = Workload.of(Bench.value(option, rest));
            }
            write(Path.of(""), folder, workloads, Contest.WEBGPU);
            System.out.println("There: npm install && node gpu.mjs in " + folder);
        } catch (IllegalArgumentException e) {
            System.err.println("loom: " + e.getMessage());
            System.err.printf(USAGE, String.join(" ", Workload.ids()));
            System.exit(2);
        }
    }

    /** @param root the project's folder, built */
    static void write(Path root, Path folder, List<Workload> workloads, Contest contest) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> there = Files.list(folder)) {
            if (there.findAny().isPresent()) {
                throw new IllegalArgumentException(folder + " is not empty");
            }
        }
        copy(root.resolve("bench/gpu"), folder);
        copy(root.resolve("bench/pages"), folder.resolve("pages"));
        copy(root.resolve("web-frontend/target/npm/package"), folder.resolve("loom"));
        List<Map<String, Object>> descriptions = new ArrayList<>();
        for (Workload workload : workloads) {
            descriptions.add(put(folder, workload, contest.engines(workload)));
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("warmMs", Timer.WARM_MS);
        all.put("sampleMs", Timer.SAMPLE_MS);
        all.put("engines", contest.engines().stream().map(GpuFolder::describe).toList());
        all.put("workloads", descriptions);
        Files.writeString(folder.resolve("workloads.json"), GSON.toJson(all) + "\n");
    }

    private static Map<String, Object> describe(Engine engine) {
        return Map.of("id", engine.id(), "title", engine.title(), "page", engine.page(), "ours", engine.isOurs());
    }

    private static Map<String, Object> put(Path folder, Workload workload, List<Engine> engines) throws IOException {
        String expected = "/models/" + workload.id() + "-expected.f32";
        Files.createDirectories(folder.resolve("models"));
        Stock.Shelf shelf = (path, content) -> Files.write(folder.resolve(path.substring(1)), content);
        Stock.put(shelf, workload, engines);
        shelf.put(expected, Floats.toBytes(Reference.output(workload)));
        Map<String, Object> requests = new LinkedHashMap<>();
        engines.forEach(engine -> requests.put(engine.id(), Stock.request(workload, engine)));
        return Map.of(
                "id", workload.id(),
                "title", workload.title(),
                "flop", Flop.of(workload),
                "tolerance", workload.tolerance(),
                "expected", expected.substring(1),
                "requests", requests);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }
}
