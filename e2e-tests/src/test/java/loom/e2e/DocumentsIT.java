package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.train.Dataset;
import loom.train.Fit;
import loom.train.Training;
import org.junit.jupiter.api.Test;

/** The documents as pages, and the page that the tutorial makes. */
class DocumentsIT extends BrowserTest {
    private static String tutorial(String file) throws Exception {
        String text = Files.readString(Path.of("..", "docs", "tutorial.md"));
        Matcher m = Pattern.compile(
                        "<!-- (?:file|model): " + Pattern.quote(file) + " -->\\n```\\w*\\n([\\s\\S]*?)\\n```")
                .matcher(text);
        assertThat(m.find()).as(file).isTrue();
        return m.group(1);
    }

    @Test
    void areReadWithoutAnything() {
        open("/docs");
        assertThat(page().locator("nav a[aria-current]")).hasText("Loom's documents");
        page().locator("nav").getByText("Ten minutes").click();
        assertThat(page()).hasTitle(Pattern.compile("Ten minutes .* – Loom"));
        page().locator("main a[href='training.html']").first().click();
        assertThat(page().locator("main h2#checkpoints")).isVisible();
        assertThat(page().locator("main table").first()).isVisible();
        assertThat(Axe.violations(page())).isEmpty();
    }

    @Test
    void theTutorialsPageAnswers() throws Exception {
        Model model = ModelReader.read("xor.json", tutorial("xor.json"));
        Training training = DeclaredJson.read(Training.TYPE, Cursor.parse("how.json", tutorial("how.json")));
        float[] inputs = {0, 0, 0, 1, 1, 0, 1, 1};
        float[] labels = {0, 1, 1, 0};
        Dataset data = Dataset.labelled(model.network(), training, inputs, labels, Optional.empty());
        Fit fit = Fit.start(model, training, data, new ReferenceMachine()).get();
        while (!fit.done()) {
            fit.next().get();
        }
        serve("page.html", "text/html", tutorial("page.html"));
        serve("page.js", "text/javascript", tutorial("page.js"));
        serve("learned.json", "application/json", ModelWriter.write(fit.model().get()));

        open("/page.html");
        assertThat(page().locator("output")).hasText("none or both");
        page().locator("#a").check();
        assertThat(page().locator("output")).hasText("exactly one");
        page().locator("#b").check();
        assertThat(page().locator("output")).hasText("none or both");
    }

    private void serve(String file, String type, String text) {
        String policy = page().request().get(url("/")).headers().get("content-security-policy");
        page().route(
                        "**/" + file,
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setHeaders(Map.of("content-type", type, "content-security-policy", policy))
                                .setBody(text)));
    }
}
