package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bundled models: fetched when they are picked, and as good as models/README.md says. */
class LibraryIT extends PlaygroundTest {
    private void pick(String file) {
        at("#library [data-file='" + file + "']").click();
        assertThat(at("#model-name")).hasText(file);
        assertThat(at("#library [aria-pressed=true]")).hasAttribute("data-file", file);
        ready();
    }

    @Test
    void modelsAreFetchedWhenTheyArePicked() {
        List<String> requests = new ArrayList<>();
        page().onRequest((Request r) -> requests.add(r.url()));
        openReady("/");
        assertThat(requests)
                .filteredOn(url -> url.contains("/models/"))
                .singleElement()
                .asString()
                .endsWith("/models/digits.json");
        assertThat(requests).noneMatch(url -> url.endsWith("plane.js") || url.endsWith("points.js"));

        pick("digits-conv.json");
        run();
        assertThat(at("#status")).containsText("Largest output: 7");
        pick("spiral.json");
        assertThat(page().url()).contains("model=models%2Fspiral.json").doesNotContain("digit=");
        assertThat(requests).anyMatch(url -> url.endsWith("/models/spiral.json"));
    }

    /** A link to it holds the model itself, and not the address of the bundled one. */
    @Test
    void aModelOfOnesOwnWithTheNameOfABundledOne() {
        openReady("/#model=models/xor.json");
        Object content = page().evaluate("fetch('/models/xor.json').then((response) => response.text())");
        byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
        at("#file").setInputFiles(new FilePayload("digits.json", "application/json", bytes));
        assertThat(at("#model-name")).hasText("digits.json");
        ready();
        assertThat(at("#library [aria-pressed=true]")).hasCount(0);
        at("#share").click();
        assertThat(page()).hasURL(Pattern.compile("[#&]m=[A-Za-z0-9_-]{100}"));
    }

    /** The model answers while the point moves, by keyboard too, and the address keeps the point. */
    @Test
    void aPointOfThePlane() {
        openReady("/#model=models/circles.json&x=0,0");
        run();
        assertThat(at("#status")).containsText("Largest output: 1");
        String middle = picked();
        at("#plane-canvas").focus();
        for (int i = 0; i < 4; i++) {
            page().keyboard().press("Shift+ArrowLeft");
        }
        assertThat(at("#plane-point")).hasText("-1.00, 0.00");
        assertThat(at("#status")).containsText("Largest output: 0");
        assertThat(page().url()).contains("x=-1%2C0");
        assertThat(picked()).as("the ring has moved").isNotEqualTo(middle);
        at("#plane-canvas").click();
        assertThat(at("#plane-point")).hasText(Pattern.compile("-?0\\.0\\d, -?0\\.0\\d"));
        assertThat(at("#status")).containsText("Largest output: 1");
    }

    private String picked() {
        return (String) page().evaluate("document.getElementById('plane-canvas').toDataURL()");
    }

    /** Points that no model has seen, and the bundled test digits. */
    @Test
    void modelsAnswerAsTheirReadmeSays() {
        openReady("/");
        @SuppressWarnings("unchecked")
        List<String> found = (List<String>) page().evaluate("""
                async () => {
                    const {LIBRARY, address} = await import('/playground/library.js');
                    const {sets} = await import('/playground/train-data.js');
                    const {pointSets} = await import('/playground/points.js');
                    const least = {'digits.json': 0.97, 'digits-conv.json': 0.98, 'experts.json': 0.94};
                    const wrong = [];
                    for (const entry of LIBRARY) {
                        const model = await Loom.load(address(entry), {backend: 'wasm'});
                        const {inputs, labels} = entry.points === undefined ? await sets.digits() : pointSets[entry.points](1234567);
                        const outputs = await model.run(inputs);
                        const classes = outputs.length / labels.length;
                        const best = (row) => row.reduce((top, value, i) => (value > row[top] ? i : top), 0);
                        const right = labels.filter((label, i) => best(outputs.subarray(classes * i, classes * (i + 1))) === label).length;
                        if (!(right / labels.length >= (least[entry.file] ?? 0.97))) {
                            wrong.push(`${entry.file}: ${right} of ${labels.length}`);
                        }
                        await model.close();
                    }
                    return LIBRARY.length === 7 ? wrong : ['library'];
                }
                """);
        assertThat(found).isEmpty();
    }
}
