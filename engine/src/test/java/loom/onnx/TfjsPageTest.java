package loom.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/formats.md} lists the layers of tfjs that there are. */
class TfjsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "formats.md");
    private static final String START = "<!-- layers: written by TfjsPageTest -->\n";
    private static final String END = "<!-- end of layers -->\n";

    /** After a new layer: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void thePageListsTheLayers() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(START) + START.length();
        int to = page.indexOf(END);
        String written = page.substring(0, from) + list() + page.substring(to);
        if (Boolean.getBoolean("loom.approve")) {
            Files.writeString(PAGE, written);
        }
        assertEquals(written, Files.readString(PAGE));
    }

    private static String list() {
        return KerasLayers.ALL.size()
                + " layers, beside `InputLayer`, `Bidirectional`, `TimeDistributed` (of Dense, Activation, Dropout) and models inside:\n`"
                + String.join("`, `", KerasLayers.ALL.keySet()) + "`.\n";
    }
}
