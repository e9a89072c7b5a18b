package loom.onnx;

import java.io.IOException;
import java.nio.file.Path;
import loom.testing.Approved;
import org.junit.jupiter.api.Test;

/** {@code docs/formats.md} lists the layers of tfjs that there are. */
class TfjsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "formats.md");
    private static final String START = "<!-- layers: written by TfjsPageTest -->\n";
    private static final String END = "<!-- end of layers -->\n";

    /** After a new layer: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void thePageListsTheLayers() throws IOException {
        Approved.part(PAGE, START, END, list());
    }

    private static String list() {
        return KerasLayers.ALL.size()
                + " layers, beside `InputLayer`, `Bidirectional`, `TimeDistributed` (of Dense, Activation, Dropout) and models inside:\n`"
                + String.join("`, `", KerasLayers.ALL.keySet()) + "`.\n";
    }
}
