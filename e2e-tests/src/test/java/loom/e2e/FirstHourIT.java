package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import loom.inspect.ReceiptJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/first-hour.md as a newcomer lives it: trains in the page, puts the model into a page of their own, checks the answer on the JVM. */
class FirstHourIT extends PlaygroundTest {
    /** A site of one's own: the model, the engine's folder, a page. */
    @TempDir
    private Path site;

    private static String document(String file) throws Exception {
        String text = Files.readString(Path.of("..", "docs", "first-hour.md"));
        Matcher m = Pattern.compile("<!-- file: " + Pattern.quote(file) + " -->\n```\\w*\n([\\s\\S]*?)\n```")
                .matcher(text);
        assertThat(m.find()).as(file).isTrue();
        return m.group(1);
    }

    @Test
    void fromTheFirstClickToAnAnswerThatTheJvmConfirms() throws Exception {
        openReady("/");
        at("#train summary").click();
        at("#train-data").selectOption("clusters");
        at("#train-start").click();
        assertThat(at("#train-status")).containsText(Pattern.compile("^Done\\."));
        at("#train-use").click();
        assertThat(at("#model-name")).hasText("trained.json");
        ready();
        run();
        Download model = page().waitForDownload(() -> at("#download").click());
        model.saveAs(site.resolve("trained.json"));
        Path engine = Files.createDirectory(site.resolve("loom"));
        try (Stream<Path> files = Files.list(Path.of("..", "web-frontend", "target", "npm", "package"))) {
            for (Path f : files.toList()) {
                Files.copy(f, engine.resolve(f.getFileName()));
            }
        }
        for (String file : new String[] {"mine.html", "mine.js", "x.json"}) {
            Files.writeString(site.resolve(file), document(file));
        }

        HttpServer server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                site.toRealPath(),
                SimpleFileServer.OutputLevel.NONE);
        server.start();
        try {
            page().navigate("http://127.0.0.1:" + server.getAddress().getPort() + "/mine.html");
            assertThat(at("output")).hasText(Pattern.compile("class [0-2], \\d+ %"));
            Download receipt = page().waitForDownload(() -> at("button").click());
            Path file = site.resolve("receipt.json");
            receipt.saveAs(file);
            assertThat(ReceiptJson.read("receipt.json", Files.readAllBytes(file))
                            .machine())
                    .isEqualTo("wasm");
            VerifyIT.Answer answer =
                    VerifyIT.verify(file, "--input", site.resolve("x.json").toString());
            assertThat(answer.text()).startsWith("identical: ");
            assertThat(answer.status()).isZero();
        } finally {
            server.stop(0);
        }
    }
}
