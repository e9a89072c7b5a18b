import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Lays out the npm package as a folder and as the archive that {@code npm pack} would make of it: the same sources give the same bytes.
 * Run by the build.
 *
 * <p>Arguments: the folder of the engine's files, the folder of package.json and README.md, the licence, the version, where to.
 */
final class NpmPackage {
    private static final int BLOCK = 512;

    /** What npm dates every file to: 1985-10-26 08:15 UTC. */
    private static final long TIME = 499162500;

    public static void main(String[] args) throws IOException {
        Path template = Path.of(args[1]);
        String version = args[3];
        Path out = Path.of(args[4]);

        TreeMap<String, byte[]> files = engineFiles(Path.of(args[0]));
        files.put("LICENSE", Files.readAllBytes(Path.of(args[2])));
        files.put("README.md", Files.readAllBytes(template.resolve("README.md")));
        files.put(
                "package.json",
                Files.readString(template.resolve("package.json"))
                        .replace("${version}", version)
                        .getBytes(StandardCharsets.UTF_8));

        Path folder = out.resolve("package");
        clear(folder);
        for (String name : files.keySet()) {
            Files.write(folder.resolve(name), files.get(name));
        }
        Files.write(out.resolve("dev-loom-loom-" + version + ".tgz"), archive(files));
    }

    private static TreeMap<String, byte[]> engineFiles(Path folder) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            if (!name.endsWith(".br") && !name.endsWith(".gz")) {
                files.put(name, Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static void clear(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Path file : list(folder)) {
            Files.delete(file);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static byte[] archive(TreeMap<String, byte[]> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            for (String name : files.keySet()) {
                byte[] content = files.get(name);
                gzip.write(header("package/" + name, content.length));
                gzip.write(Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK));
            }
            gzip.write(new byte[2 * BLOCK]);
        }
        return out.toByteArray();
    }

    /** A file's header of the tar format that POSIX calls ustar. */
    private static byte[] header(String name, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "000644 \0");
        put(header, 108, "000000 \0");
        put(header, 116, "000000 \0");
        put(header, 124, octal(size));
        put(header, 136, octal(TIME));
        put(header, 148, " ".repeat(8)); // the checksum counts its own place as spaces
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static String octal(long value) {
        return "%011o ".formatted(value);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
