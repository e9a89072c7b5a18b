package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All that the browser fetches until the first result. */
class PageSizeIT extends PlaygroundTest {
    private static final int MAX_BYTES = 330_000;

    /** Where no wasm-opt could be had. */
    private static final int MAX_BYTES_AS_COMPILED = 365_000;

    private static final Path OPTIMISED = Path.of("..", "web-frontend", "target", "wasm-opt", "loom.wasm");

    private static boolean optimised() throws IOException {
        return Files.exists(OPTIMISED)
                && Arrays.equals(Files.readAllBytes(OPTIMISED), Resources.bytes("META-INF/resources/loom/loom.wasm"));
    }

    @Test
    void staysSmall() throws IOException {
        List<Response> responses = new ArrayList<>();
        page().onResponse(responses::add);
        openReady("/");
        run();
        int bytes = 0;
        StringBuilder list = new StringBuilder();
        for (Response response : responses) {
            response.finished();
            int size = response.request().sizes().responseBodySize;
            bytes += size;
            list.append(size)
                    .append(' ')
                    .append(response.headerValue("content-encoding"))
                    .append(' ');
            list.append(response.url()).append('\n');
        }
        assertThat(bytes).as(list.toString()).isLessThanOrEqualTo(optimised() ? MAX_BYTES : MAX_BYTES_AS_COMPILED);
    }
}
