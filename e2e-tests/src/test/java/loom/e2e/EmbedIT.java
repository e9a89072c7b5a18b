package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody else's page with a model in it: nothing but markup and its own script files, under the strict policy. */
class EmbedIT extends BrowserTest {
    private static final String SCRIPT = """
            const x = Float32Array.from({length: 20}, (_, i) => (i * 29 % 65 - 32) / 16);
            const y = await model.run(x);
            const bits = Array.from(new Uint32Array(y.buffer), (b) => b.toString(16).padStart(8, '0')).join('');
            document.querySelector('output').textContent = bits;
            """;

    @BeforeEach
    void serveTheModel() {
        serve("some-model.json", "application/json", Models.ACTIVATIONS);
    }

    @Test
    void anElementAndOneScriptTag() {
        serve("own.js", "text/javascript", """
                document.querySelector('loom-model').addEventListener('loom-load', async ({detail: model}) => {
                    %s
                });
                """.formatted(SCRIPT));
        openPage("""
                <script src="/loom/loom.js"></script>
                <body><loom-model src="/some-model.json"></loom-model><output></output>
                <script src="/own.js"></script></body>""");
        showsTheBitsOfTheJvm();
        assertThat(page().locator("loom-model").getByRole(AriaRole.STATUS)).containsText("/some-model.json: ");
    }

    @Test
    void aClassicScript() {
        serve("own.js", "text/javascript", """
                (async () => {
                    const model = await Loom.load('/some-model.json');
                    %s
                })();
                """.formatted(SCRIPT));
        openPage(
                "<script src=\"/loom/loom.js\"></script><body><output></output><script src=\"/own.js\"></script></body>");
        showsTheBitsOfTheJvm();
    }

    @Test
    void anEsModule() {
        serve("own.mjs", "text/javascript", """
                import {Loom} from '/loom/loom.mjs';
                const model = await Loom.load('/some-model.json');
                """ + SCRIPT);
        openPage("<body><output></output><script type=\"module\" src=\"/own.mjs\"></script></body>");
        showsTheBitsOfTheJvm();
    }

    private void showsTheBitsOfTheJvm() {
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            assertThat(page().locator("output")).hasText(Bits.hex(jvm.run(Models.input(20))));
        }
    }

    private void serve(String file, String type, String text) {
        page().route(
                        "**/" + file,
                        route -> route.fulfill(
                                new Route.FulfillOptions().setContentType(type).setBody(text)));
    }
}
