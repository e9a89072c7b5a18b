package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.BeforeEach;

/** A test of the playground: how a person loads and runs. */
abstract class PlaygroundTest extends BrowserTest {
    /** A loaded machine may take its time. */
    private static final double WAIT_MILLISECONDS = 60_000;

    @BeforeEach
    final void waitLong() {
        page().setDefaultTimeout(WAIT_MILLISECONDS);
        PlaywrightAssertions.setDefaultAssertionTimeout(WAIT_MILLISECONDS);
    }

    final void openReady(String path) {
        open(path);
        ready();
    }

    final void ready() {
        assertThat(at("#status")).hasText("Ready.");
        assertThat(at("#run")).isEnabled();
    }

    final void run() {
        at("#run").click();
        assertThat(at("#status")).containsText("Largest output");
        assertThat(at("#result")).isVisible();
    }

    final Locator at(String selector) {
        return page().locator(selector);
    }
}
