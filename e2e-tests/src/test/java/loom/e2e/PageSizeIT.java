package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All that the browser fetches until the first result. */
class PageSizeIT extends PlaygroundTest {
    private static final int MAX_BYTES = 400_000;

    @Test
    void staysSmall() {
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
        assertThat(bytes).as(list.toString()).isLessThanOrEqualTo(MAX_BYTES);
    }
}
