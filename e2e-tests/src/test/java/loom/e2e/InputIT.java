package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What the playground takes from files, and gives away as a link. */
class InputIT extends PlaygroundTest {
    private void give(String name, String type, byte[] content) {
        at("#input-file").setInputFiles(new FilePayload(name, type, content));
    }

    private void give(String name, String content) {
        give(name, name.endsWith(".csv") ? "text/csv" : "application/json", content.getBytes(StandardCharsets.UTF_8));
    }

    /** Names and classes are left out; a line that is wrong is named. */
    @Test
    void tablesAndJson() {
        openReady("/#model=models/circles.json");
        give("points.csv", "x,y,class\n0,0,1\n-1,-1,0\n0.25,0,1\n");
        assertThat(at("#status")).containsText("3 samples");
        assertThat(at("#values")).hasValue("0, 0, -1, -1, 0.25, 0");
        Locator rows = page().locator("#samples tbody tr");
        assertThat(rows).hasCount(3);
        assertThat(rows.nth(1)).containsText(Pattern.compile("^10"));
        assertThat(rows.nth(2)).containsText(Pattern.compile("^21"));
        give("x.json", "{\"shape\": [2], \"bits\": [\"0x3f000000\", \"0xbf800000\"]}");
        assertThat(at("#values")).hasValue("0.5, -1");
        give("bad.csv", "1,2\n3,x\n");
        assertThat(at("#problem")).containsText("line 2 has something that is no number");
        at("#back").click();
        assertThat(at("#plane-canvas")).isVisible();
    }

    /** A bar of black ink on white paper, larger than the model's input, becomes a one. */
    @Test
    void aPicture() throws IOException {
        BufferedImage image = new BufferedImage(280, 280, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, 280, 280);
        g.setColor(Color.BLACK);
        g.fillRect(125, 50, 30, 180);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        openReady("/#model=models/digits-conv.json");
        give("one.png", "image/png", png.toByteArray());
        assertThat(at("#status")).containsText("Largest output: 1");
        assertThat(at("#sample-name")).hasText("one.png");
    }

    /** A changed model goes into the address, whole. */
    @Test
    void aLinkToAModelOfOnesOwn() {
        page().context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        openReady("/#model=models/xor.json&x=0.5,-0.25");
        at("#network [data-path='0.0.0']").click();
        at("#layer-edit summary").click();
        at("#layer-form label:has-text('activation') select").selectOption("relu");
        at("#layer-form button").click();
        assertThat(at("#status")).containsText("Largest output");
        String digest = at("#digest").textContent();
        at("#share").click();
        assertThat(at("#shared")).hasText("Copied.");
        String link = (String) page().evaluate("navigator.clipboard.readText()");
        assertThat(link).contains("#m=").isEqualTo(page().url()).hasSizeLessThan(2000);

        page().navigate("about:blank");
        page().navigate(link);
        ready();
        run();
        assertThat(at("#digest")).hasText(digest);
        page().navigate("about:blank");
        openReady("/#m=nonsense");
        assertThat(at("#problem")).containsText("The model in the address was not loaded");
        assertThat(at("#model-name")).hasText("digits.json");
    }
}
