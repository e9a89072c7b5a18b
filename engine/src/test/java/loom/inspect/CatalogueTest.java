package loom.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import loom.format.Cursor;
import loom.model.Layer;
import loom.testing.Approved;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final Path PAGE = Path.of("..", "docs", "layers.md");

    /** After a new layer: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void thePageSaysWhatTheDeclarationsSay() throws IOException {
        Approved.file(PAGE, Catalogue.markdown());
    }

    @Test
    void jsonNamesEveryLayer() {
        Cursor layers = Cursor.parse("catalogue", Catalogue.json()).member("layer");
        assertEquals(
                Layer.Types.ALL.names(),
                layers.elements().stream().map(l -> l.member("name").string()).toList());
    }
}
