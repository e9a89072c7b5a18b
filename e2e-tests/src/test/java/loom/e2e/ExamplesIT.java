package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import loom.server.LoomServer;
import org.junit.jupiter.api.Test;

/** Every page of the folder examples does what it says. */
class ExamplesIT extends BrowserTest {
    @Test
    void oneModelOnOnePage() {
        float[] probabilities;
        try (OnJvm jvm = OnJvm.of(Digits.MODEL)) {
            probabilities = jvm.run(Digits.of(0, 1));
        }
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        open("/examples/plain.html");
        assertThat(page().locator("output")).hasText("" + best);
    }

    @Test
    void underAStrictPolicy() {
        open("/examples/strict-csp.html");
        assertThat(page().locator("#sum")).hasText("10 probabilities");
        assertThat(page().locator("#eval")).hasText("forbidden");
        takeComplaints(); // about the text that became no code
    }

    @Test
    void aModelInAFrame() {
        open("/examples/iframe.html");
        assertThat(page().locator("output")).hasText("10 numbers came back");
        assertThat(page().frameLocator("iframe").locator("output")).hasText("1");
    }

    @Test
    void twoModelsOnOnePage() {
        open("/examples/two-models.html");
        assertThat(page().locator("output")).hasText("the same bits");
        assertThat(page().locator("#left p[slot=ready]")).isVisible();
        assertThat(page().locator("#right span")).containsText("reference");
    }

    @Test
    void learning() {
        open("/examples/train.html");
        assertThat(page().locator("output")).hasText(Pattern.compile("(9\\d|100) % right, digest [0-9a-f]{8}"));
    }

    @Test
    void withoutANetwork() {
        try (LoomServer.Running server = LoomServer.start(0, false)) {
            page().navigate(server.url() + "/examples/offline.html");
            assertThat(page().locator("#offline")).containsText("files kept");
        }
        page().reload();
        assertThat(page().locator("#sum")).hasText("10 probabilities");
        assertThat(takeComplaints())
                .as("about the server that is gone")
                .allMatch(c -> c.contains("ERR_CONNECTION") || c.contains("fetch"));
    }

    @Test
    void thePageOfExamplesNamesThemAll() {
        open("/examples/");
        for (Object page : (List<?>) page().evaluate("Array.from(document.links, ({href}) => href)")) {
            assertThat(page().request().get((String) page).status())
                    .as((String) page)
                    .isEqualTo(200);
        }
        assertThat(page().locator("a")).hasCount(6);
    }
}
