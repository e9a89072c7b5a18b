package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import loom.format.ModelReader;
import loom.model.Model;
import org.junit.jupiter.api.Test;

/** The playground's editors: a layer by its form, the network as text. */
class EditIT extends PlaygroundTest {
    private void editText(String from, String to) {
        String text = at("#edit-text").inputValue();
        assertThat(text).contains(from);
        at("#edit-text").fill(text.replace(from, to));
        at("#edit-apply").click();
    }

    private Model download() throws IOException {
        return ModelReader.read(
                "m.json",
                Files.readAllBytes(
                        page().waitForDownload(() -> at("#download").click()).path()));
    }

    private static List<String> types(Model m) {
        return m.network().places().stream().map(p -> p.layer().typeName()).toList();
    }

    /** Weights that still fit stay, the others are drawn, and it runs at once. */
    @Test
    void aLayerByItsForm() throws IOException {
        openReady("/#model=models/spiral.json");
        at("#network [data-path='0.0.1']").click();
        at("#layer-edit summary").click();
        Model before = download();
        at("#layer-form input[type=number]").first().fill("12");
        at("#layer-form label:has-text('activation') select").selectOption("leaky_relu");
        at("#layer-form label:has-text('slope') input").fill("0.25");
        assertThat(Axe.violations(page())).isEmpty();
        at("#layer-form button").click();
        assertThat(at("#model-facts")).containsText("398 parameters");
        assertThat(at("#status")).containsText("Largest output");
        assertThat(at("#layer")).containsText("24 → 12");

        Model after = download();
        assertThat(after.network().places().get(1).layer().fields().text())
                .contains("units=12")
                .contains("leaky_relu(slope=0.25)");
        assertThat(after.parameters().get("0.0.0.kernel"))
                .isEqualTo(before.parameters().get("0.0.0.kernel"));
        assertThat(after.parameters().get("0.0.1.kernel").shape().toString()).isEqualTo("[24,12]");

        at("#layer-edit summary").click();
        at("#layer-edit select[aria-label]").selectOption("layer_norm");
        at("#layer-edit button:has-text('Add after')").click();
        assertThat(page().locator("#network .layer-card")).hasCount(5);
        assertThat(types(download())).containsExactly("dense", "dense", "layer_norm", "dense", "softmax");
        at("#layer-edit summary").click();
        at("#layer-edit button:has-text('Remove')").click();
        assertThat(page().locator("#network .layer-card")).hasCount(4);
    }

    @Test
    void theNetworkAsText() {
        openReady("/#model=models/xor.json");
        run();
        String digest = at("#digest").textContent();
        at("#edit summary").click();
        assertThat(at("#edit-text")).hasValue(Pattern.compile("\"units\": 6"));

        editText("\"units\": 6", "\"units\": -6");
        assertThat(at("#edit-status")).containsText("expected a whole number from 1 to 16777216, found -6");
        String line = at("#edit-lines .wrong").textContent().strip();
        assertThat(at("#edit-text").inputValue().lines().toList().get(Integer.parseInt(line) - 1))
                .contains("-6");
        assertThat(selected()).isEqualTo("-6");
        editText("\"units\": -6,", "\"units\": 6;");
        assertThat(at("#edit-status")).containsText("(line " + line + ", column");
        assertThat(at("#digest")).hasText(digest);

        editText("\"units\": 6;", "\"units\": 6,");
        assertThat(at("#edit-status")).containsText("It runs.");
        assertThat(at("#digest")).hasText(digest);
        editText("\"units\": 6,", "\"units\": 7,");
        assertThat(at("#edit-status")).containsText("1 of 4 tensors kept");
        assertThat(at("#model-facts")).containsText("37 parameters");
        assertThat(at("#digest")).not().hasText(digest);
    }

    private String selected() {
        return (String) page().evaluate("""
                () => {
                    const area = document.getElementById('edit-text');
                    return area.value.slice(area.selectionStart, area.selectionEnd);
                }
                """);
    }
}
