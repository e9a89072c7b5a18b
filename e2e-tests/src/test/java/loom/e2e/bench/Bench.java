package loom.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The program behind {@code ./loom bench}. */
public final class Bench {
    private static final String USAGE = """
            usage: ./loom bench [--rounds N] [--load-rounds N] [--only ID,ID]
              --rounds N       samples of each engine and workload (21)
              --load-rounds N  cold page loads of each engine (5; 0 leaves them out)
              --only ID,ID     some of the workloads: %s
            """;

    private int rounds = 21;
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
        System.out.print(bench.run(folder));
        Packages.draw(folder);
    }

    private void read(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("unknown option, or one without its value: " + args[i]);
            }
            switch (args[i]) {
                case "--rounds" -> rounds = count(args[i + 1], 1);
                case "--load-rounds" -> loadRounds = count(args[i + 1], 0);
                case "--only" -> workloads = Workload.of(args[i + 1]);
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
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
        try (Chrome chrome = new Chrome();
                BenchServer server = new BenchServer(folder)) {
            List<Station> stations = new ArrayList<>();
            try {
                for (Engine engine : Engine.ALL) {
                    stations.add(new Station(engine, chrome.start(), server));
                }
                setting = Setting.now(stations.get(0).browserVersion(), rounds);
                Timer timer = new Timer(stations, rounds);
                for (Workload workload : workloads) {
                    say(workload.title());
                    Stock.put(server, workload);
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
        Files.writeString(target.resolve("latest.md"), report);
        Files.writeString(target.resolve("latest.json"), ReportJson.of(setting, results, loads));
        return report;
    }

    private Map<Engine, LoadTime> loads(Chrome chrome, BenchServer server) throws IOException {
        if (loadRounds == 0) {
            return Map.of();
        }
        say("first digit of a page");
        Workload digits = new DigitsWorkload();
        Stock.put(server, digits);
        return LoadTime.measure(chrome, server, digits, loadRounds);
    }

    private static void say(String text) {
        System.err.println("bench: " + text + " ...");
    }
}
