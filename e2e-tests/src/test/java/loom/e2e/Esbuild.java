package loom.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** esbuild, a program of one file for each platform, from Maven artifacts. */
final class Esbuild {
    /** As in pom.xml: it is part of the names in the artifacts. */
    private static final String VERSION = "0.23.1";

    private static final int SECONDS = 120;

    private final Path binary;

    private Esbuild(Path binary) {
        this.binary = binary;
    }

    /** This machine as esbuild's packages call it: linux-x64, darwin-arm64, win32-x64, ... */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String system = os.contains("mac") ? "darwin" : os.contains("win") ? "win32" : os;
        return system
                + (arch.equals("aarch64")
                        ? "-arm64"
                        : arch.equals("amd64") || arch.equals("x86_64") ? "-x64" : "-" + arch);
    }

    /** Unpacks it into a folder; empty if there is none for this platform. */
    static Optional<Esbuild> unpack(Path folder) throws IOException {
        String name = platform().startsWith("win32") ? "esbuild.exe" : "bin/esbuild";
        String resource = "META-INF/resources/_static/" + platform() + "/" + VERSION + "/" + name;
        if (!Resources.exists(resource)) {
            return Optional.empty();
        }
        Path binary = folder.resolve("esbuild.exe");
        Files.write(binary, Resources.bytes(resource));
        if (!binary.toFile().setExecutable(true)) {
            throw new IOException(binary + " cannot be made executable");
        }
        return Optional.of(new Esbuild(binary));
    }

    /** Runs it in a folder. Warnings are errors here. */
    void run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(List.of(arguments));
        Path said = folder.resolve("esbuild.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(said);
        if (!ended || process.exitValue() != 0 || text.contains("[WARNING]")) {
            throw new AssertionError(command + (ended ? ": " : " did not end: ") + text);
        }
    }
}
