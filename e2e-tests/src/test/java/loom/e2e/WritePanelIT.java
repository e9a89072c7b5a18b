package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The playground's panel "Text", as a person uses it. */
class WritePanelIT extends PlaygroundTest {
    private String written(String seed) {
        at("#write-seed").fill(seed);
        at("#write-go").click();
        assertThat(at("#write-status")).containsText(Pattern.compile("^[1-9]\\d* pieces? in .* on \\w+\\. "));
        return at("#write-text").innerText();
    }

    @Test
    void writesTheSameTextForTheSameSeed() {
        List<String> requests = new ArrayList<>();
        page().onRequest((Request r) -> requests.add(r.url()));
        openReady("/");
        at("#write summary").click();
        assertThat(at("#write-go")).isEnabled();
        assertThat(requests).noneMatch(url -> url.contains("alice"));
        at("#write-tokens").fill("24");
        String first = written("1");
        assertThat(first)
                .startsWith("The Caterpillar and Alice looked at each other")
                .hasSizeGreaterThan(60);
        assertThat(written("2")).isNotEqualTo(first);
        assertThat(written("1")).isEqualTo(first);
        assertThat(at("#write-command")).containsText("--seed 1 --prompt 'The Caterpillar");
        assertThat(Axe.violations(page())).isEmpty();
    }

    @Test
    void stopsAndSaysWhatIsWrong() {
        openReady("/");
        at("#write summary").click();
        at("#write-prompt").fill("word ".repeat(300));
        at("#write-go").click();
        assertThat(at("#write-status")).containsText(Pattern.compile("^Nothing was written: "));
        at("#write-prompt").fill("Once");
        at("#write-tokens").fill("127");
        // At the first piece; a person is too slow for it.
        page().evaluate("""
                () => {
                    const text = document.getElementById('write-text');
                    new MutationObserver((changes, observer) => {
                        if (text.childNodes.length > 1) {
                            observer.disconnect();
                            document.getElementById('write-stop').click();
                        }
                    }).observe(text, {childList: true});
                }""");
        at("#write-go").click();
        assertThat(at("#write-status")).hasText("Stopped.");
        assertThat(at("#write-go")).isEnabled();
    }
}
