package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.FilePayload;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The start page, as a person uses it. */
class PlaygroundIT extends BrowserTest {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    @BeforeEach
    void useLongWaits() {
        page().setDefaultTimeout(60_000);
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
    }

    private Locator at(String id) {
        return page().locator("#" + id);
    }

    private void openWithModel(String hash) {
        open("/" + hash);
        assertThat(at("run")).isEnabled();
    }

    private String run() {
        at("run").click();
        assertThat(at("status")).containsText("Largest output");
        assertThat(at("digest")).hasText(DIGEST);
        return at("digest").textContent();
    }

    @Test
    void opensWithAModelAndRunsIt() {
        openWithModel("#digit=0");
        assertThat(at("model-name")).hasText("digits.json");
        assertThat(at("sample-name")).containsText("a 7");

        run();

        assertThat(at("status")).hasText(Pattern.compile("Largest output: 7, 0\\.\\d+\\."));
        assertThat(at("time")).hasText(Pattern.compile("[0-9.]+ ms"));
        assertThat(page().locator("#bars rect")).hasCount(10);
        assertThat(page().locator("#outputs tbody tr")).hasCount(10);
        assertThat(page().locator("#layers tbody tr")).hasCount(3);
    }

    /** Neither model nor input nor output: files are fetched from the page's own server, and that is all. */
    @Test
    void nothingLeavesThePage() {
        List<Request> requests = new ArrayList<>();
        page().context().onRequest(requests::add);
        openWithModel("#digit=0");
        run();
        evaluate("""
                const model = await Loom.load('/models/digits.json', {backend: given});
                const run = await model.train({
                    data: {inputs: new Float32Array(784).fill(0.5), labels: [3]},
                    training: {loss: {type: 'cross_entropy', labels: true}, schedule: {type: 'constant', rate: 0.1}},
                });
                await run.finished;
                await run.close();
                await model.close();
                """, "wasm");

        String origin = URI.create(page().url()).resolve("/").toString();
        assertThat(requests).extracting(Request::url).anyMatch(url -> url.endsWith("/loom-train.wasm"));
        assertThat(requests).allSatisfy(r -> {
            assertThat(r.method()).isEqualTo("GET");
            assertThat(r.url()).startsWith(origin);
            assertThat(URI.create(r.url()).getQuery()).isNull();
        });
    }

    @Test
    void everyMachineGivesTheSameDigest() {
        openWithModel("#digit=3");
        String auto = run();
        for (String machine : new String[] {"wasm", "reference", "webgpu"}) {
            at("machine").selectOption(machine);
            assertThat(at("run")).isEnabled();
            assertThat(at("why")).containsText("runs on " + machine);
            assertThat(run()).isEqualTo(auto);
            assertThat(at("ran-on")).hasText(machine);
        }
    }

    @Test
    void theAddressHoldsTheState() {
        openWithModel("#digit=3&machine=reference");
        String digest = run();
        at("canvas").focus();
        page().keyboard().press("Delete");
        page().keyboard().press("Space");
        page().keyboard().press("Shift+ArrowDown");
        assertThat(page().url())
                .contains("drawing=")
                .contains("machine=reference")
                .doesNotContain("digit=");
        String drawn = run();
        assertThat(drawn).isNotEqualTo(digest);

        page().reload();
        assertThat(at("run")).isEnabled();
        assertThat(run()).isEqualTo(drawn);
    }

    @Test
    void aBadFileIsExplainedAndTheModelKept() {
        openWithModel("#digit=0");
        String before = run();
        String bad = Models.ACTIVATIONS.replace("\"units\": 17", "\"units\": -17");
        at("file").setInputFiles(new FilePayload("bad.json", "application/json", bad.getBytes(StandardCharsets.UTF_8)));

        assertThat(at("problem")).isVisible();
        assertThat(at("problem"))
                .containsText(Pattern.compile(
                        "bad\\.json was not loaded.*cell 0,0 layer 1 dense.*\\$\\.cells\\[0]\\.layers\\[1]\\.units.*"
                                + "The page keeps digits\\.json",
                        Pattern.DOTALL));
        assertThat(run()).isEqualTo(before);
        assertThat(at("problem")).isHidden();
    }

    @Test
    void anotherModelTakesNumbers() {
        openWithModel("");
        at("file")
                .setInputFiles(new FilePayload(
                        "mine.json", "application/json", Models.ACTIVATIONS.getBytes(StandardCharsets.UTF_8)));
        assertThat(at("model-name")).hasText("mine.json");
        assertThat(at("drawing")).isHidden();
        at("values").fill("1, 2, three");
        at("run").click();
        assertThat(at("problem")).containsText("value 2 is not a number");
        StringBuilder values = new StringBuilder();
        for (float x : Models.input(20)) {
            values.append(x).append(' ');
        }
        at("values").fill(values.toString());
        run();
        float[] expected = Models.runHere(Models.ACTIVATIONS, Models.input(20), 1);
        assertThat(page().locator("#outputs tbody tr:nth-child(4) td").nth(1))
                .hasText(String.format("%08x", Float.floatToRawIntBits(expected[3])));
    }

    @Test
    void comparesWithTheJvm() {
        openWithModel("#digit=5");
        run();
        at("compare").click();
        assertThat(at("compared"))
                .hasText("Identical: the outputs of 3 layers and the model's output have the same bits.");
    }

    @Test
    void aDifferenceToTheJvmIsFound() {
        openWithModel("#digit=5");
        run();
        // An answer whose third value is one unit in the last place off.
        page().route("**/api/native/run", route -> {
            String answer = route.fetch().text();
            int bits = answer.indexOf(
                    "0x", answer.indexOf("0x", answer.indexOf("0x", answer.indexOf("\"bits\"")) + 1) + 1);
            int word = Integer.parseUnsignedInt(answer.substring(bits + 2, bits + 10), 16);
            String wrong = String.format("%08x", word ^ 1);
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(answer.substring(0, bits + 2) + wrong + answer.substring(bits + 10)));
        });
        at("compare").click();
        assertThat(at("compared"))
                .hasText(Pattern.compile(
                        "Different after the last layer. Elements of the output that differ: 1, by up to 1 units in the last place."
                                + " Element 2: here .* \\([0-9a-f]{8}\\), JVM .*"));
    }

    @Test
    void darkAndLight() {
        openWithModel("#theme=dark");
        assertThat(page().locator("html")).hasAttribute("data-theme", "dark");
        at("theme").click();
        assertThat(page().locator("html")).hasAttribute("data-theme", "light");
        assertThat(page().url()).contains("theme=light");
    }
}
