package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The playground's picture of a network, and a layer in detail. */
class NetworkIT extends PlaygroundTest {
    private static String card(String path) {
        return "#network [data-path='" + path + "']";
    }

    /** A mixture of experts in two cells: all that is inside has its card, and folds away. By keyboard alone. */
    @Test
    void nestedLayersByKeyboard() {
        openReady("/#model=models/experts.json");
        assertThat(page().locator("#network .cell")).hasCount(2);
        assertThat(page().locator("#network .layer-card")).hasCount(20);
        assertThat(at(card("0.1.0.gate.0"))).containsText("dense12 · 396 weights");
        at(card("0.0.0")).focus();
        page().keyboard().press("End");
        assertThat(at(card("0.1.1"))).isFocused();
        page().keyboard().press("Home");
        page().keyboard().press("ArrowLeft");
        assertThat(at(card("0.0.0.0"))).isHidden();
        page().keyboard().press("ArrowDown");
        assertThat(at(card("0.1.0"))).isFocused();
        page().keyboard().press("ArrowUp");
        page().keyboard().press("ArrowRight");
        page().keyboard().press("ArrowDown");
        page().keyboard().press("Enter");
        assertThat(at("#layer h3")).containsText("cell 0,0 layer 0 parallel, layer 0 dense");
        assertThat(Axe.violations(page())).isEmpty();
    }

    /** Documentation, weights, the last run and the program, all fetched with the first layer that is picked. */
    @Test
    void aLayerInDetail() {
        List<String> requests = new ArrayList<>();
        page().onRequest((Request r) -> requests.add(r.url()));
        openReady("/");
        run();
        assertThat(requests).noneMatch(url -> url.contains("analysis") || url.contains("layer."));
        at(card("0.0.0")).click();
        assertThat(at("#layer")).containsText("fully connected: f(x·W + b) over the last axis");
        assertThat(at("#layer")).containsText("784 → 128");
        assertThat(at("#layer")).containsText("100,352 multiply-adds");
        assertThat(at("#layer figcaption")).hasCount(3);
        assertThat(page().locator(".kernels li")).hasCount(2);
        assertThat(at(".kernels li").first()).containsText("matmul!0 b0 b1 k=784");
        assertThat(page().locator("#network canvas")).hasCount(3);

        // What the last layer gave is what the page shows.
        at(card("0.0.2")).click();
        assertThat(at("#layer figcaption").first()).hasText(Pattern.compile("mean 0\\.1, .* to 1"));
        at("#clear").click();
        run();
        assertThat(at("#layer figcaption").first()).not().hasText(Pattern.compile(".* to 1"));
    }

    /** Shaders of a kernel, times of all, gradients of the last run and of a batch of the training panel. */
    @Test
    void whatALayersKernelsTakeAndWhatItsGradientsAre() {
        openReady("/#digit=3");
        run();
        at(card("0.0.0")).click();
        at(".kernels summary").first().click();
        assertThat(at(".kernels pre").first()).containsText("@compute");
        at("#measure").click();
        assertThat(page().locator(".times tbody tr")).hasCount(3);
        assertThat(at(".times .own")).containsText(Pattern.compile("layer 0 dense.*µs.*%"));
        assertThat(at(".kernels .time").first()).containsText("µs");

        at("#show-gradients").click();
        assertThat(page().locator("#gradients figure")).hasCount(3);
        assertThat(at("#gradients")).containsText("by kernel 784 × 128");
        String right = at("#gradients").textContent();
        at("#layer input[type=number]").last().fill("0");
        at("#show-gradients").click();
        assertThat(at("#gradients")).not().hasText(right);
        at("#layer input[type=number]").last().fill("10");
        at("#show-gradients").click();
        assertThat(at("#gradients")).containsText("No gradients: ");
        assertThat(Axe.violations(page())).isEmpty();
    }

    /** An input goes through the network layer by layer, and then nothing moves any more; a new one goes through as well. */
    @Test
    void stepsTickByTick() {
        openReady("/#digit=3");
        assertThat(page().locator(".layer-card canvas")).hasCount(0);
        at("#step").click();
        assertThat(at("#ticked")).containsText("Tick 1: 3 of 3 layers moved");
        assertThat(page().locator(".layer-card canvas")).hasCount(3);
        at("#step").click();
        assertThat(at("#ticked")).containsText("Tick 2: 2 of 3 layers moved");
        assertThat(at(card("0.0.0"))).not().hasClass(Pattern.compile("moved"));
        assertThat(at(card("0.0.1"))).hasClass(Pattern.compile("moved"));
        at("#play").click();
        assertThat(at("#ticked")).containsText("nothing moved; largest output: 7,");
        at("#clear").click();
        assertThat(at("#ticked")).containsText("1 of 3 layers moved");
        assertThat(at("#ticked")).containsText("nothing moved");
        at("#play").click();
        assertThat(at("#play")).hasText("Play");
        assertThat(Axe.violations(page())).isEmpty();
        at("#empty").click();
        assertThat(at("#ticked")).isEmpty();
        assertThat(page().locator(".layer-card canvas")).hasCount(0);
        at("#step").click();
        assertThat(at("#ticked")).containsText("Tick 1:");
    }
}
