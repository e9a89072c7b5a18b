package loom.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the browser to test with: the one {@code CHROME} names, an installed one, or Playwright's own download. */
public final class Chromium {
    private static final List<String> NAMES =
            List.of("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome");

    /** Root needs --no-sandbox; the rest keeps the browser quiet and lets WebGPU run on the processor. */
    public static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-unsafe-webgpu",
            "--use-webgpu-adapter=swiftshader");

    private Chromium() {}

    /** Path of the browser; throws IllegalStateException if there is none. */
    public static Path find() {
        String named = System.getenv("CHROME");
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        return onPath().or(Chromium::downloaded)
                .orElseThrow(
                        () -> new IllegalStateException("no Chrome or Chromium found: install one, set CHROME to its"
                                + " path, or run ./loom test, which gets one"));
    }

    private static Optional<Path> onPath() {
        List<Path> candidates = new ArrayList<>();
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            NAMES.forEach(name -> candidates.add(Path.of(folder, name)));
        }
        candidates.add(Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));
        return candidates.stream().filter(Files::isExecutable).findFirst();
    }

    private static Optional<Path> downloaded() {
        PathMatcher browser = FileSystems.getDefault()
                .getPathMatcher("glob:**/chromium-*/chrome-*/{chrome,Chromium.app/Contents/MacOS/Chromium}");
        String home = System.getProperty("user.home");
        for (Path cache :
                List.of(Path.of(home, ".cache/ms-playwright"), Path.of(home, "Library/Caches/ms-playwright"))) {
            if (Files.isDirectory(cache)) {
                try (Stream<Path> files = Files.walk(cache, 6)) {
                    Optional<Path> found = files.filter(browser::matches)
                            .filter(Files::isExecutable)
                            .findFirst();
                    if (found.isPresent()) {
                        return found;
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot look for a browser in " + cache, e);
                }
            }
        }
        return Optional.empty();
    }
}
