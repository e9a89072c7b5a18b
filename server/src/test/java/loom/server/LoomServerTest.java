package loom.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoomServerTest {
    @Test
    void isolationHeadersAreSentOnRequestOnly() throws Exception {
        try (LoomServer.Running server = LoomServer.start(0, false)) {
            assertThat(get(server, "/").headers().map())
                    .containsKey("content-security-policy")
                    .doesNotContainKeys("cross-origin-opener-policy", "cross-origin-embedder-policy");
        }
        try (LoomServer.Running server = LoomServer.start(0, true)) {
            var headers = get(server, "/").headers();
            assertThat(headers.firstValue("cross-origin-opener-policy")).hasValue("same-origin");
            assertThat(headers.firstValue("cross-origin-embedder-policy")).hasValue("require-corp");
        }
    }

    @Test
    void startPageHasContent() throws Exception {
        try (LoomServer.Running server = LoomServer.start(0, false)) {
            HttpResponse<String> page = get(server, "/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<title>");
            assertThat(page.headers().firstValue("etag")).isPresent();
        }
    }

    @Test
    void engineAndModelsMayBeFetchedByOtherSites() throws Exception {
        try (LoomServer.Running server = LoomServer.start(0, false)) {
            for (String path :
                    new String[] {"/loom/loom.js", "/loom/sw.js", "/models/digits.json", "/index.html", "/api/native"
                    }) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Origin", "https://example.org")
                        .build();
                var headers = HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .headers();
                boolean ours = path.startsWith("/index") || path.startsWith("/api");
                assertThat(headers.firstValue("Access-Control-Allow-Origin"))
                        .as(path)
                        .isEqualTo(ours ? Optional.empty() : Optional.of("*"));
                assertThat(headers.firstValue("Service-Worker-Allowed"))
                        .as(path)
                        .isEqualTo(path.equals("/loom/sw.js") ? Optional.of("/") : Optional.empty());
            }
        }
    }

    private static HttpResponse<String> get(LoomServer.Running server, String path)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path)).build(), BodyHandlers.ofString());
    }
}
