package loom.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The other engines, and what draws charts: npm packages, pinned in {@code bench/package-lock.json}, fetched when they are first needed. */
final class Packages {
    private Packages() {}

    static void ensure(Path folder) throws IOException, InterruptedException {
        byte[] wanted = Files.readAllBytes(folder.resolve("package-lock.json"));
        Path mark = folder.resolve("node_modules/.fetched");
        if (Files.exists(mark) && Files.readString(mark).equals(Hashes.of(wanted))) {
            return;
        }
        System.err.println("bench: fetching the other engines with npm ci ...");
        run(folder, "npm", "ci");
        Files.writeString(mark, Hashes.of(wanted));
    }

    /** Draws results/latest.json as results/latest.html. */
    static void draw(Path folder) throws InterruptedException {
        run(folder, "node", "charts.mjs");
    }

    private static void run(Path folder, String... command) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the benchmark needs Node and npm for the engines it compares with, and for its charts", e);
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + " ended with status " + status + " in " + folder);
        }
    }
}
