package loom.e2e.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time of a browser's page processes, from Linux's {@code /proc}: on a busy machine it tells what a run costs,
 * where the clock tells how long it had to wait too.
 */
record CpuTime(List<Path> tasks) {
    private static final double NANOSECONDS = 1e6;

    static CpuTime of(Browser browser) {
        List<Path> tasks = new ArrayList<>();
        CDPSession session = browser.newBrowserCDPSession();
        JsonObject answer = session.send("SystemInfo.getProcessInfo");
        for (JsonElement process : answer.getAsJsonArray("processInfo")) {
            JsonObject info = process.getAsJsonObject();
            if (info.get("type").getAsString().equals("renderer")) {
                tasks.add(Path.of("/proc", info.get("id").getAsString(), "task"));
            }
        }
        session.detach();
        return new CpuTime(tasks);
    }

    /** Time so far; NaN where there is no {@code /proc}. Threads that end meanwhile take their time with them. */
    double milliseconds() {
        double sum = 0;
        for (Path folder : tasks) {
            try (Stream<Path> threads = Files.list(folder)) {
                for (Path thread : threads.toList()) {
                    sum += nanoseconds(thread);
                }
            } catch (IOException e) {
                return Double.NaN;
            }
        }
        return tasks.isEmpty() ? Double.NaN : sum / NANOSECONDS;
    }

    private static double nanoseconds(Path thread) {
        try {
            String[] fields = Files.readString(thread.resolve("schedstat")).split(" ", 2);
            return Long.parseLong(fields[0]);
        } catch (IOException e) {
            return 0;
        }
    }
}
