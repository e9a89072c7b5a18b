package loom.e2e.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where and how the numbers were taken.
 *
 * @param gpu the adapter of WebGPU, empty if that is not what was measured
 */
record Setting(
        String at,
        String cpu,
        int cores,
        String browser,
        String gpu,
        String java,
        int rounds,
        String loadBefore,
        String loadAfter) {
    static Setting now(String browser, String gpu, int rounds) {
        return new Setting(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                browser,
                gpu,
                Runtime.version().toString(),
                rounds,
                load(),
                "");
    }

    Setting finished() {
        return new Setting(at, cpu, cores, browser, gpu, java, rounds, loadBefore, load());
    }

    private static String load() {
        double average = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return average < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f", average);
    }

    private static String cpuName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch"); // not Linux
        }
    }
}
