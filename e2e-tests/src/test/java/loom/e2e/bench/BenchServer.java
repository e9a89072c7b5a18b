package loom.e2e.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import loom.e2e.Resources;

/**
 * Serves the pages, the engines and the workloads' files, all alike: compressed, with an ETag, to be asked for again. It
 * keeps a record of what it sent. Everything is in memory before it is asked for twice, so disks do not count.
 */
final class BenchServer implements AutoCloseable {
    private static final Map<String, String> TYPES = new TreeMap<>(Map.of(
            "html", "text/html",
            "js", "text/javascript",
            "mjs", "text/javascript",
            "wasm", "application/wasm",
            "json", "application/json",
            "onnx", "application/octet-stream",
            "tflite", "application/octet-stream",
            "f32", "application/octet-stream"));

    /** In the query of a page that is cross-origin isolated. */
    static final String ISOLATED = "threads=";

    /** One answer: how many bytes of content went over the wire. */
    record Sent(String path, int status, int bytes) {}

    private record File(byte[] plain, byte[] compressed, String tag) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final Path folder;
    private final Compression compression;
    private final Map<String, File> files = new ConcurrentHashMap<>();
    private final List<Sent> sent = new ArrayList<>();

    /** {@code folder}: the project's {@code bench} folder. */
    BenchServer(Path folder) throws IOException {
        this.folder = folder;
        this.compression = new Compression(folder.resolve("node_modules/.compressed"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    /** Makes a file. */
    void put(String path, byte[] content) throws IOException {
        files.put(path, new File(content, compression.compress(content), '"' + Hashes.of(content) + '"'));
    }

    /** Forgets what was sent so far. */
    void forget() {
        synchronized (sent) {
            sent.clear();
        }
    }

    /** What was sent since {@link #forget}. */
    List<Sent> sent() {
        synchronized (sent) {
            return List.copyOf(sent);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            Optional<File> found = find(path);
            if (found.isEmpty()) {
                send(exchange, path, 404, new byte[0]);
                return;
            }
            File file = found.get();
            String ending = path.substring(path.lastIndexOf('.') + 1);
            exchange.getResponseHeaders().set("Content-Type", TYPES.getOrDefault(ending, "text/plain"));
            exchange.getResponseHeaders().set("ETag", file.tag());
            exchange.getResponseHeaders().set("Cache-Control", "no-cache");
            exchange.getResponseHeaders().set("Vary", "Accept-Encoding");
            if (path.startsWith("/loom/") || isIsolated(exchange)) {
                exchange.getResponseHeaders().set("Cross-Origin-Embedder-Policy", "require-corp");
            }
            if (isIsolated(exchange)) {
                exchange.getResponseHeaders().set("Cross-Origin-Opener-Policy", "same-origin");
            }
            if (file.tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                send(exchange, path, 304, new byte[0]);
                return;
            }
            String codings = exchange.getRequestHeaders().getFirst("Accept-Encoding");
            boolean brotli = codings != null && List.of(codings.split(", *")).contains("br");
            if (brotli) {
                exchange.getResponseHeaders().set("Content-Encoding", "br");
            }
            send(exchange, path, 200, brotli ? file.compressed() : file.plain());
        } catch (RuntimeException e) {
            System.err.println("bench: cannot serve " + path + ": " + e);
            throw e;
        }
    }

    private static boolean isIsolated(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query != null && query.contains(ISOLATED);
    }

    private void send(HttpExchange exchange, String path, int status, byte[] content) throws IOException {
        synchronized (sent) {
            sent.add(new Sent(path, status, content.length));
        }
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        if (content.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(content);
            }
        }
    }

    private Optional<File> find(String path) throws IOException {
        if (!files.containsKey(path)) {
            Optional<byte[]> content = read(path);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            put(path, content.get());
        }
        return Optional.of(files.get(path));
    }

    private Optional<byte[]> read(String path) throws IOException {
        String resource = "META-INF/resources" + path;
        if (path.startsWith("/loom/") && Resources.exists(resource)) {
            return Optional.of(Resources.bytes(resource));
        }
        Path file = folder.resolve(path.substring(1)).normalize();
        boolean ours = file.startsWith(folder.resolve("pages")) || file.startsWith(folder.resolve("node_modules"));
        return ours && Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }
}
