package loom.e2e;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Scripts in Node, the one that Playwright brings along, in a folder where Loom's npm package is installed. */
public final class Node {
    private static final Path PACKAGE = Path.of("..", "web-frontend", "target", "npm", "package");
    private static final int SECONDS = 120;

    private Node() {}

    /** Puts the package into a folder as {@code npm install} would. */
    static void install(Path folder) throws IOException {
        Path target = Files.createDirectories(folder.resolve("node_modules/@dev-loom/loom"));
        try (Stream<Path> files = Files.list(PACKAGE)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
    }

    /** What a script prints; it must end by itself, and well. */
    public static String run(Path folder, String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(binary().toString());
        command.add(script);
        command.addAll(List.of(arguments));
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        Process node = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = node.waitFor(SECONDS, TimeUnit.SECONDS);
        node.destroyForcibly();
        if (!ended || node.exitValue() != 0) {
            throw new AssertionError(
                    script + (ended ? " failed: " : " did not end: ") + Files.readString(err) + Files.readString(out));
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private static Path binary() {
        String named = System.getenv(Driver.PLAYWRIGHT_NODEJS_PATH);
        if (named != null) {
            return Path.of(named);
        }
        Path driver = Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
                .driverDir();
        Path windows = driver.resolve("node.exe");
        return Files.exists(windows) ? windows : driver.resolve("node");
    }
}
