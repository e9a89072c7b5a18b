import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the modules that TeaVM wrote smaller with Binaryen's wasm-opt, in place; run by the build before anything is compressed or packed. What
 * comes out is kept, and taken again while what TeaVM compiles is the same. (TeaVM's own bytes are not: it numbers some things in another order
 * each time.)
 *
 * <p>wasm-opt is what the environment variable WASM_OPT names, else one of the PATH that is new enough, else the npm package that {@code
 * src/build/wasm-opt} pins. Without any, the modules stay as they are, and a line says so.
 *
 * <p>Arguments: {@code run}, or {@code kept} to take only what is kept; the folder of the npm package's description; the folder to keep things
 * in; with commas between them, the folders of classes and the files that decide what TeaVM writes; then the modules. Those that are not there are
 * left out.
 */
final class Optimise {
    /** The first version whose modules our tests have run. */
    private static final int VERSION = 132;

    /**
     * The features that TeaVM's modules use, so that none comes in that an engine lacks; then the passes.
     *
     * <p>Larger functions are not put into their only caller: the browser compiles functions when they are first called, and loops that run long only
     * become fast in functions that are called again. Without that bound loom.wasm is 2 % smaller, but starts in twice the processor time.
     *
     * <p>No option may change what a module does: none for fast floating point, and none that assumes that nothing traps. Nor is the world
     * closed: wasm-opt would take functions that TeaVM hands to JavaScript as references for never called, and gain nothing else.
     */
    private static final List<String> OPTIONS = List.of(
            "--enable-gc",
            "--enable-reference-types",
            "--enable-exception-handling",
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--enable-multivalue",
            "--one-caller-inline-max-function-size=40",
            "-Oz",
            "-Oz");

    /** A wasm-opt that runs: the start of its command line. */
    private record Tool(List<String> command, int version) {}

    private final Path npm;
    private final Path kept;
    private final String key;

    private Optimise(Path npm, Path kept, String key) {
        this.npm = npm;
        this.kept = kept;
        this.key = key;
    }

    public static void main(String[] args) throws Exception {
        boolean run = switch (args[0]) {
            case "run" -> true;
            case "kept" -> false;
            default -> throw new IllegalArgumentException("loom.wasm-opt is run or kept, not " + args[0]);
        };
        List<Path> modules = new ArrayList<>();
        for (String name : List.of(args).subList(4, args.length)) {
            if (Files.exists(Path.of(name))) {
                modules.add(Path.of(name));
            }
        }
        new Optimise(Path.of(args[1]), Path.of(args[2]), key(args[3].split(","))).all(run, modules);
    }

    private void all(boolean run, List<Path> modules) throws Exception {
        Files.createDirectories(kept);
        List<Path> left = new ArrayList<>();
        for (Path module : modules) {
            if (!takeKept(module)) {
                left.add(module);
            }
        }
        if (!run || left.isEmpty()) {
            return;
        }
        Optional<Tool> tool = tool();
        if (tool.isEmpty()) {
            say(
                    "no wasm-opt " + VERSION
                            + " or newer (WASM_OPT, PATH, or npm with Node): the .wasm files stay a tenth larger than they could be.");
            return;
        }
        say("wasm-opt " + tool.get().version() + " makes " + left.size() + " modules smaller ...");
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> tasks = new ArrayList<>();
            for (Path module : left) {
                tasks.add(threads.submit(() -> {
                    optimise(tool.get(), module);
                    return null;
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } catch (ExecutionException e) {
            say(e.getCause().getMessage());
            System.exit(1);
        }
    }

    /** Takes what is kept, if it was made of the same classes. */
    private boolean takeKept(Path module) throws IOException {
        Path done = kept.resolve(module.getFileName());
        Path keyFile = kept.resolve(module.getFileName() + ".key");
        if (!Files.exists(done)
                || !Files.exists(keyFile)
                || !Files.readString(keyFile).equals(key)) {
            return false;
        }
        Files.copy(done, module, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private void optimise(Tool tool, Path module) throws IOException, InterruptedException {
        long began = System.nanoTime();
        String name = module.getFileName().toString();
        Path out = kept.resolve(name + ".out");
        List<String> command = new ArrayList<>(tool.command());
        command.addAll(OPTIONS);
        command.addAll(List.of(module.toString(), "-o", out.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
        long before = Files.size(module);
        Files.move(out, kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(kept.resolve(name + ".key"), key);
        Files.copy(kept.resolve(name), module, StandardCopyOption.REPLACE_EXISTING);
        say(String.format(
                Locale.ROOT,
                "%s: %,d bytes became %,d in %d s",
                name,
                before,
                Files.size(module),
                (System.nanoTime() - began) / 1_000_000_000));
    }

    /** A digest of the options and of all class files and other files named. */
    private static String key(String[] sources) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(String.join(" ", OPTIONS).getBytes(StandardCharsets.UTF_8));
            for (String source : sources) {
                for (Path file : files(Path.of(source))) {
                    digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                    digest.update(Files.readAllBytes(file));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file, or the class files of a folder. */
    private static List<Path> files(Path source) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            return all.filter(file -> file.equals(source) || file.toString().endsWith(".class"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private Optional<Tool> tool() throws IOException, InterruptedException {
        String named = System.getenv("WASM_OPT");
        if (named != null && !named.isBlank()) {
            Optional<Tool> tool = tool(List.of(named));
            if (tool.isEmpty()) {
                say("WASM_OPT is set to " + named + ", which is no wasm-opt " + VERSION + " or newer.");
            }
            return tool;
        }
        Optional<Tool> tool = tool(List.of("wasm-opt"));
        return tool.isPresent() ? tool : fetched();
    }

    private static Optional<Tool> tool(List<String> command) throws InterruptedException {
        List<String> asked = new ArrayList<>(command);
        asked.add("--version");
        Matcher version =
                Pattern.compile("version (\\d+)").matcher(output(asked).orElse(""));
        if (!version.find() || Integer.parseInt(version.group(1)) < VERSION) {
            return Optional.empty();
        }
        return Optional.of(new Tool(command, Integer.parseInt(version.group(1))));
    }

    /** The npm package; it is fetched once, and its bytes are compared with the digests in package-lock.json. */
    private Optional<Tool> fetched() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(kept.resolve("npm"));
        Path mark = folder.resolve("node_modules/.fetched");
        String lock = Files.readString(npm.resolve("package-lock.json"));
        if (!Files.exists(mark) || !Files.readString(mark).equals(lock)) {
            for (String name : List.of("package.json", "package-lock.json", ".npmrc")) {
                Files.copy(npm.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            if (output(List.of("node", "--version")).isEmpty()
                    || output(List.of("npm", "--prefix", folder.toString(), "ci"))
                            .isEmpty()) {
                return Optional.empty();
            }
            Files.writeString(mark, lock);
        }
        return tool(List.of(
                "node", folder.resolve("node_modules/binaryen/bin/wasm-opt").toString()));
    }

    /** What a program prints, if it is there and ends well. */
    private static Optional<String> output(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void say(String line) {
        System.err.println("loom: " + line);
    }
}
