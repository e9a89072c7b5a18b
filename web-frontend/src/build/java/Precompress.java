import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a {@code .br} and a {@code .gz} beside every text and wasm file below a folder, and takes the comments out of our scripts: a page
 * fetches them before its first result. Run by the build.
 */
final class Precompress {
    private static final List<String> ENDINGS =
            List.of(".html", ".css", ".js", ".mjs", ".ts", ".json", ".svg", ".txt", ".wasm", ".wgsl", ".idx");

    public static void main(String[] args) throws IOException {
        Brotli4jLoader.ensureAvailability();
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of(args[0]))) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            if (isOurScript(Path.of(args[0]).relativize(file))) {
                Files.writeString(file, withoutComments(Files.readAllLines(file)));
            }
            byte[] bytes = Files.readAllBytes(file);
            Files.write(Path.of(file + ".br"), brotli(bytes));
            Files.write(Path.of(file + ".gz"), gzip(bytes));
        }
    }

    private static boolean isOurScript(Path file) {
        String name = file.toString();
        return (name.endsWith(".js") || name.endsWith(".mjs"))
                && !file.startsWith("vendor")
                && !file.startsWith("examples"); // people read them
    }

    /** Without empty lines and lines that are comments. No line of our code starts with a star. */
    private static String withoutComments(List<String> lines) {
        StringBuilder code = new StringBuilder();
        for (String line : lines) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("//") && !text.startsWith("/*") && !text.startsWith("*")) {
                code.append(line).append('\n');
            }
        }
        return code.toString();
    }

    /** The smaller of two ways to model the bytes: weights as base64 take 1 % less the second way. */
    private static byte[] brotli(byte[] bytes) throws IOException {
        byte[] generic = brotli(bytes, Encoder.Mode.GENERIC);
        byte[] font = brotli(bytes, Encoder.Mode.FONT);
        return font.length < generic.length ? font : generic;
    }

    private static byte[] brotli(byte[] bytes, Encoder.Mode mode) throws IOException {
        return Encoder.compress(bytes, new Encoder.Parameters().setQuality(11).setMode(mode));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
