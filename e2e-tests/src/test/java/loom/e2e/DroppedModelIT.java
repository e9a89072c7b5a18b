package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.JSHandle;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model dropped onto the page runs there as on the JVM, in the test and behind the server. */
class DroppedModelIT extends PlaygroundTest {
    @Test
    void replacesTheOldOne() {
        openReady("/");
        JSHandle files = page().evaluateHandle(
                        "(text) => { const files = new DataTransfer();"
                                + " files.items.add(new File([text], 'activations.json')); return files; }",
                        Models.ACTIVATIONS);
        page().dispatchEvent("body", "drop", Map.of("dataTransfer", files));
        assertThat(at("#model-name")).hasText("activations.json");
        ready();
        float[] x = Models.input(20);
        StringBuilder values = new StringBuilder();
        for (float value : x) {
            values.append(value).append(' ');
        }
        at("#values").fill(values.toString());
        run();
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            assertThat(at("#digest")).hasText(jvm.receipt(x).output().digest().root());
        }
        at("#compare").click();
        assertThat(at("#compared")).containsText("Identical");
    }
}
