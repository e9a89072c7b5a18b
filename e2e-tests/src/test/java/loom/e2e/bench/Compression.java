package loom.e2e.bench;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brotli, as a site would serve its files; kept on disk, because the large files of other engines take half a minute. */
final class Compression {
    private static final int BEST = 11;
    /** Above {@link #LARGE} bytes: a per cent worse and ten times as fast. */
    private static final int GOOD = 9;

    private static final int LARGE = 1 << 22;
    private static final int WINDOW = 24;

    private final Path folder;

    Compression(Path folder) {
        Brotli4jLoader.ensureAvailability();
        this.folder = folder;
    }

    byte[] compress(byte[] bytes) throws IOException {
        Path kept = folder.resolve(Hashes.of(bytes) + ".br");
        if (Files.exists(kept)) {
            return Files.readAllBytes(kept);
        }
        Encoder.Parameters parameters = new Encoder.Parameters()
                .setQuality(bytes.length > LARGE ? GOOD : BEST)
                .setWindow(WINDOW);
        byte[] compressed = Encoder.compress(bytes, parameters);
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, "new", ".part");
        Files.write(part, compressed);
        Files.move(part, kept);
        return compressed;
    }
}
