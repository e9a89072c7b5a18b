package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The playground for everybody: by keyboard, in the dark, on a phone, with a screen reader. Pictures are left in target/screenshots. */
class AccessibilityIT extends PlaygroundTest {
    @Test
    void lightAndAfterARun() {
        openReady("/");
        run();
        picture("light");
        assertThat(Axe.violations(page())).isEmpty();
    }

    @Test
    void anExplainedProblem() {
        openReady("/");
        String bad = Models.ACTIVATIONS.replace("17", "0");
        at("#file")
                .setInputFiles(new FilePayload("bad.json", "application/json", bad.getBytes(StandardCharsets.UTF_8)));
        assertThat(at("#problem")).isVisible();
        picture("problem");
        assertThat(Axe.violations(page())).isEmpty();
    }

    @Test
    void darkAsTheSystemSays() {
        page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        openReady("/");
        assertThat(at("html")).hasAttribute("data-theme", "dark");
        run();
        picture("dark");
        assertThat(Axe.violations(page())).isEmpty();
    }

    /** By keyboard alone, in both colour schemes. */
    @Test
    void training() {
        openReady("/");
        tabTo("#train summary");
        page().keyboard().press("Enter");
        assertThat(at("#train-facts")).containsText("500 samples");
        assertThat(Axe.violations(page())).isEmpty();
        tabTo("#train-data");
        page().keyboard().type("Two spirals");
        assertThat(at("#train-facts")).containsText("2 → 2");
        tabTo("#train-start");
        page().keyboard().press("Enter");
        assertThat(at("#train-status")).containsText("Done.");
        picture("training");
        assertThat(Axe.violations(page())).isEmpty();
        at("#theme").click();
        picture("training-dark");
        assertThat(Axe.violations(page())).isEmpty();
        page().setViewportSize(360, 740);
        page().waitForFunction("document.documentElement.scrollWidth === 360");
        picture("training-phone");
    }

    @Test
    void fitsAPhone() {
        page().setViewportSize(360, 740);
        openReady("/");
        run();
        picture("phone");
        assertThat(page().evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }

    @Test
    void needsNoMouse() {
        openReady("/");
        tabTo("#clear");
        page().keyboard().press("Enter");
        String empty = drawing();
        tabBackTo("#canvas");
        for (String key : List.of(" ", "ArrowDown", " ", "ArrowDown", " ", "Shift+ArrowRight")) {
            page().keyboard().press(key.equals(" ") ? "Space" : key);
        }
        at("#canvas").blur();
        assertThat(drawing()).as("the drawing").isNotEqualTo(empty);
        tabTo("#run");
        page().keyboard().press("Enter");
        assertThat(at("#result")).isVisible();
        tabTo("#compare");
        page().keyboard().press("Space");
        assertThat(at("#compared")).containsText("Identical");
    }

    private String drawing() {
        return (String) page().evaluate("document.getElementById('canvas').toDataURL()");
    }

    private void tabTo(String selector) {
        press("Tab", selector);
    }

    private void tabBackTo(String selector) {
        press("Shift+Tab", selector);
    }

    private void press(String key, String selector) {
        for (int i = 0; i < 40; i++) {
            page().keyboard().press(key);
            if ((Boolean) page().evaluate("(s) => document.activeElement.matches(s)", selector)) {
                return;
            }
        }
        throw new AssertionError(key + " never comes to " + selector);
    }

    private void picture(String name) {
        page().screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of("target/screenshots", name + ".png")));
    }
}
