package loom.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The program behind {@code ./loom bench}. */
public final class Bench {
    private static final String USAGE = """
            usage: ./loom bench [--webgpu] [--software] [--rounds N] [--load-rounds N] [--only ID,ID]
              --webgpu         on the GPU of this machine in place of WebAssembly
              --software       with --webgpu: on Chromium's SwiftShader, to try it where there is no GPU
              --rounds N       samples of each engine and workload (21)
              --load-rounds N  cold page loads of each engine (5; 0 leaves them out); only on WebAssembly
              --only ID,ID     some of the workloads: %s
            """;

    private int rounds = 21;
    private Contest contest = Contest.WASM;
    private boolean software;
    private int loadRounds = 5;
    private List<Workload> workloads = Workload.all();

    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Bench bench = new Bench();
        try {
            bench.read(args);
        } catch (IllegalArgumentException e) {
            System.err.println("loom: " + e.getMessage());
            System.err.printf(USAGE, String.join(" ", Workload.ids()));
            System.exit(2);
        }
        Path folder = Path.of("bench").toAbsolutePath();
        try {
            System.out.print(bench.run(folder));
        } catch (IllegalStateException e) {
            System.err.println("loom: " + e.getMessage());
            System.exit(1);
        }
        if (bench.contest == Contest.WASM) {
            Packages.draw(folder);
        }
    }

    private void read(String... args) {
        Iterator<String> rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--webgpu" -> contest = Contest.WEBGPU;
                case "--software" -> software = true;
                case "--rounds" -> rounds = count(value(option, rest), 1);
                case "--load-rounds" -> loadRounds = count(value(option, rest), 0);
                case "--only" -> workloads = Workload.of(value(option, rest));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (software && contest != Contest.WEBGPU) {
            throw new IllegalArgumentException("--software needs --webgpu");
        }
    }

    static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    private static int count(String text, int least) {
        int number = Integer.parseInt(text);
        if (number < least) {
            throw new IllegalArgumentException(text + " rounds, expected at least " + least);
        }
        return number;
    }

    private String run(Path folder) throws IOException, InterruptedException {
        Packages.ensure(folder);
        List<Result> results = new ArrayList<>();
        Setting setting;
        Map<Engine, LoadTime> loads;
        try (Chrome chrome = contest == Contest.WASM || software ? Chrome.software() : Chrome.onGpu();
                BenchServer server = new BenchServer(folder)) {
            List<Station> stations = new ArrayList<>();
            try {
                for (Engine engine : contest.engines()) {
                    stations.add(new Station(engine, chrome.start(), server));
                }
                Station first = stations.get(0);
                String gpu = contest == Contest.WEBGPU ? first.adapter(software) : "";
                setting = Setting.now(first.browserVersion(), gpu, rounds);
                Timer timer = new Timer(contest, stations, rounds);
                for (Workload workload : workloads) {
                    say(workload.title());
                    Stock.put(server::put, workload, contest.engines(workload));
                    results.add(timer.time(workload));
                }
            } finally {
                stations.forEach(Station::close);
            }
            loads = loads(chrome, server);
        }
        setting = setting.finished();
        String report = Report.of(setting, results, loads);
        Path target = Files.createDirectories(folder.resolve("results"));
        String name = contest == Contest.WASM ? "latest" : "webgpu";
        Files.writeString(target.resolve(name + ".md"), report);
        Files.writeString(target.resolve(name + ".json"), ReportJson.of(setting, results, loads));
        return report;
    }

    private Map<Engine, LoadTime> loads(Chrome chrome, BenchServer server) throws IOException {
        if (loadRounds == 0 || contest == Contest.WEBGPU) {
            return Map.of();
        }
        say("first digit of a page");
        Workload digits = new DigitsWorkload();
        Stock.put(server::put, digits, Engine.LOADING);
        return LoadTime.measure(chrome, server, digits, loadRounds);
    }

    private static void say(String text) {
        System.err.println("bench: " + text + " ...");
    }
}
