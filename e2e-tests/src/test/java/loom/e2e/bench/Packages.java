package loom.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The other engines: npm packages, pinned in {@code bench/package-lock.json}, fetched when they are first needed. */
final class Packages {
    private Packages() {}

    static void ensure(Path folder) throws IOException, InterruptedException {
        byte[] wanted = Files.readAllBytes(folder.resolve("package-lock.json"));
        Path mark = folder.resolve("node_modules/.fetched");
        if (Files.exists(mark) && Files.readString(mark).equals(Hashes.of(wanted))) {
            return;
        }
        System.err.println("bench: fetching the other engines with npm ci ...");
        Process npm;
        try {
            npm = new ProcessBuilder("npm", "ci")
                    .directory(folder.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("the benchmark needs npm to fetch the engines it compares with", e);
        }
        int status = npm.waitFor();
        if (status != 0) {
            throw new IllegalStateException("npm ci ended with status " + status + " in " + folder);
        }
        Files.writeString(mark, Hashes.of(wanted));
    }
}
