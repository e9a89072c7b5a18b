package loom.e2e;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An installed Firefox without a window, driven by WebDriver BiDi: Playwright only knows a Firefox of its own. Whatever fails is an
 * AssertionError with what the browser said.
 */
final class Firefox implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox");

    private static final String LISTENING = "WebDriver BiDi listening on ";
    private static final int SECONDS = 180;

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final WebSocket socket;
    private final String tab;
    private int last;

    private Firefox(Process process, String address) {
        this.process = process;
        socket = await(client.newWebSocketBuilder().buildAsync(URI.create(address + "/session"), new Listener()));
        ask("session.new", Map.of("capabilities", Map.of()));
        tab = ask("browsingContext.create", Map.of("type", "tab"))
                .get("context")
                .getAsString();
    }

    /** The one that {@code FIREFOX} names, or an installed one. */
    static Optional<Path> find() {
        String named = System.getenv("FIREFOX");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        String path = System.getenv("PATH");
        List<Path> candidates = new ArrayList<>();
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            NAMES.forEach(name -> candidates.add(Path.of(folder).resolve(name)));
        }
        return candidates.stream()
                .filter(Files::isExecutable)
                .filter(Firefox::works)
                .findFirst();
    }

    /** Ubuntu's firefox may be a script that asks for a snap. */
    private static boolean works(Path binary) {
        try {
            return new ProcessBuilder(binary.toString(), "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Starts it with a profile of its own. */
    static Firefox open(Path binary, Path profile) throws IOException {
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--headless",
                        "--remote-debugging-port=0",
                        "--no-remote",
                        "--profile",
                        profile.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith(LISTENING)) {
                Thread.ofVirtual().start(() -> drain(out));
                return new Firefox(process, line.substring(LISTENING.length()));
            }
        }
        throw new AssertionError(binary + " did not start: " + said);
    }

    /** The browser would wait when the pipe is full. */
    private static void drain(BufferedReader out) {
        try {
            out.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** Opens a page and waits until it is loaded. */
    void open(String url) {
        ask("browsingContext.navigate", Map.of("context", tab, "url", url, "wait", "complete"));
    }

    /** Runs the body of an async function in the page; it returns a text. */
    String evaluate(String body) {
        JsonObject answer = ask(
                "script.callFunction",
                Map.of(
                        "functionDeclaration",
                        "async () => {" + body + "}",
                        "awaitPromise",
                        true,
                        "target",
                        Map.of("context", tab)));
        if (!answer.get("type").getAsString().equals("success")) {
            throw new AssertionError(
                    answer.get("exceptionDetails").getAsJsonObject().get("text").getAsString());
        }
        return answer.getAsJsonObject("result").get("value").getAsString();
    }

    /** A PNG of what is to be seen. */
    byte[] screenshot() {
        return Base64.getDecoder()
                .decode(ask("browsingContext.captureScreenshot", Map.of("context", tab))
                        .get("data")
                        .getAsString());
    }

    private JsonObject ask(String method, Map<String, Object> parameters) {
        int id = ++last;
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        await(socket.sendText(new Gson().toJson(Map.of("id", id, "method", method, "params", parameters)), true));
        JsonObject found = await(answer);
        if (!found.has("result")) {
            throw new AssertionError(method + ": " + found);
        }
        return found.getAsJsonObject("result");
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("Firefox does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Answers come in parts. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                JsonObject message = JsonParser.parseString(text.toString()).getAsJsonObject();
                text.setLength(0);
                if (message.has("id") && !message.get("id").isJsonNull()) {
                    waiting.remove(message.get("id").getAsInt()).complete(message);
                }
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
