package loom.e2e.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The program behind {@code ./loom bench --jvm --peers}: JMH on {@link PeerBench}, and {@link LimitBench} beside it. A time is the least
 * sample, so that what else the computer does counts little.
 */
public final class PeerTable {
    private static final String USAGE = """
            usage: ./loom bench --jvm --peers [--only ID,ID] [--plain yes]
              --only ID,ID  some of the workloads: %s
              --plain yes   in a JVM without jdk.incubator.vector
            """;

    private PeerTable() {}

    private static List<String> workloads() {
        return Workload.all().stream()
                .filter(w -> !(w instanceof TrainingWorkload))
                .map(Workload::id)
                .toList();
    }

    public static void main(String[] args) throws RunnerException {
        List<String> ids = workloads();
        boolean plain = false;
        try {
            for (int i = 0; i < args.length; i += 2) {
                String value = i + 1 < args.length ? args[i + 1] : "";
                switch (args[i]) {
                    case "--only" -> ids = chosen(value);
                    case "--plain" -> plain = value.equals("yes");
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("loom: " + e.getMessage());
            System.err.printf(USAGE, String.join(" ", workloads()));
            System.exit(2);
        }
        double limit = LimitBench.FLOP / least(LimitBench.class, "limit", options(false)) / 1e6;
        System.out.printf(Locale.ROOT, "One core's limit with separate × and +: %.1f GFLOP/s.%n%n", limit);
        System.out.println(
                "| workload | threads | Loom, ms | onnxruntime, ms | onnxruntime ÷ Loom | GFLOP/s | of the limit |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (String id : ids) {
            for (int threads : threads()) {
                System.out.println(row(id, threads, limit, plain));
            }
        }
    }

    private static List<String> chosen(String list) {
        List<String> ids = Workload.of(list).stream().map(Workload::id).toList();
        for (String id : ids) {
            if (!workloads().contains(id)) {
                throw new IllegalArgumentException(id + " is no workload of inference");
            }
        }
        return ids;
    }

    /** One, and all. */
    private static List<Integer> threads() {
        List<Integer> threads = new ArrayList<>(List.of(1));
        int all = Runtime.getRuntime().availableProcessors();
        if (all > 1) {
            threads.add(all);
        }
        return threads;
    }

    private static String row(String id, int threads, double limit, boolean plain) throws RunnerException {
        ChainedOptionsBuilder options =
                options(plain).param("workload", id).param("threads", Integer.toString(threads));
        double loom = least(PeerBench.class, "loom", options);
        double onnx = least(PeerBench.class, "onnxruntime", options);
        Workload w = Workload.of(id).get(0);
        double rate = Flop.of(w) / loom / 1e6;
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.3f | %.3f | %.2f | %.1f | %.0f %% |",
                w.title(),
                threads,
                loom,
                onnx,
                onnx / loom,
                rate,
                100 * rate / limit / threads);
    }

    private static ChainedOptionsBuilder options(boolean plain) {
        List<String> jvm = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            // JMH still uses it; this only silences the warning.
            jvm.add("--sun-misc-unsafe-memory-access=allow");
        }
        if (!plain) {
            jvm.add("--add-modules=jdk.incubator.vector");
        }
        return new OptionsBuilder()
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .jvmArgs(jvm.toArray(String[]::new));
    }

    /** Milliseconds. */
    private static double least(Class<?> benchmark, String method, ChainedOptionsBuilder options)
            throws RunnerException {
        Options chosen = new OptionsBuilder()
                .parent(options.build())
                .include(benchmark.getName() + "\\." + method + "$")
                .build();
        // What the JVMs say that it starts: stdout is for the table.
        OutputFormat others = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        Collection<RunResult> results = new Runner(chosen, others).run();
        return results.iterator().next().getPrimaryResult().getStatistics().getMin();
    }
}
