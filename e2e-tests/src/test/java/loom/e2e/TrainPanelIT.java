package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import loom.format.ModelReader;
import loom.train.CheckpointJson;
import loom.train.Training;
import org.junit.jupiter.api.Test;

/** The playground's panel "Train", as a person uses it. */
class TrainPanelIT extends PlaygroundTest {
    private void openPanel() {
        openReady("/");
        at("#train summary").click();
        assertThat(at("#train-facts")).containsText("500 samples, 784 → 10");
    }

    private void ended(String how) {
        assertThat(at("#train-status")).containsText(Pattern.compile("^" + how));
        assertThat(at("#train-start")).isEnabled();
    }

    @Test
    void trainsAndGivesEverythingAway() throws IOException {
        List<String> requests = new ArrayList<>();
        page().onRequest((Request r) -> requests.add(r.url()));
        openReady("/");
        assertThat(requests).noneMatch(url -> url.contains("uPlot") || url.contains("train"));
        openPanel();
        at("#train-data").selectOption("xor");
        at("#train-start").click();
        ended("Done\\.");

        assertThat(page().locator("#train-table tbody tr")).hasCount(60);
        assertThat(page().locator("#train-loss canvas")).isVisible();
        assertThat(page().locator("#train-accuracy canvas")).isVisible();
        assertThat(at("#train-plane")).isVisible();
        String[] last = at("#train-table tbody tr").first().innerText().split("\\t");
        assertThat(Double.parseDouble(last[5].replace(" %", "")))
                .as("validation accuracy in %s", String.join("|", last))
                .isGreaterThan(90);
        List<String> log = Files.readAllLines(download("#train-log"));
        assertThat(log.get(0)).startsWith("epoch,step,loss");
        assertThat(log).hasSizeGreaterThan(60);
        assertThat(CheckpointJson.read("c.json", Files.readAllBytes(download("#train-checkpoint")))
                        .position()
                        .epoch())
                .isEqualTo(60);
        assertThat(ModelReader.read("m.json", Files.readAllBytes(download("#train-model")))
                        .network()
                        .name())
                .isEqualTo("xor");
        at("#train-use").click();
        assertThat(at("#model-name")).hasText("trained.json");
        ready();
        run();
    }

    private Path download(String button) {
        Download download = page().waitForDownload(() -> at(button).click());
        return download.path();
    }

    @Test
    void everySetTrains() {
        openPanel();
        for (String set : new String[] {"spiral", "circles", "regression", "digits"}) {
            at("#train-data").selectOption(set);
            at("#train-epochs").fill("2");
            at("#train-start").click();
            ended("Done\\.");
            assertThat(page().locator("#train-table tbody tr")).hasCount(2);
        }
    }

    /** The bundled digits as the files of MNIST are; the page keeps painting meanwhile. */
    @Test
    void filesPausesAndFrames() {
        openPanel();
        at("#train-files").setInputFiles(new FilePayload[] {
            new FilePayload("t-images-idx3-ubyte", "application/octet-stream", Digits.file("images.idx")),
            new FilePayload("t-labels-idx1-ubyte", "application/octet-stream", Digits.file("labels.idx"))
        });
        assertThat(at("#train-data")).hasValue("files");
        at("#train-epochs").fill("100000");
        at("#train-start").click();
        assertThat(page().locator("#train-table tbody tr").nth(2)).isVisible();
        page().evaluate("""
                async () => {
                    for (let frames = 0; frames < 60; frames++) {
                        await new Promise(requestAnimationFrame);
                    }
                }
                """);
        at("#train-pause").click();
        assertThat(at("#train-status")).containsText("Paused.");
        assertThat(at("#train-pause")).hasText("Go on");
        String there = at("#train-table tbody tr").first().innerText();
        page().waitForTimeout(300);
        assertThat(at("#train-table tbody tr").first().innerText()).isEqualTo(there);
        at("#train-pause").click();
        assertThat(at("#train-pause")).hasText("Pause");
        at("#train-stop").click();
        ended("Stopped\\.");
    }

    @Test
    void whatIsWrongIsSaid() {
        openPanel();
        at("#train-rate").fill("1e6");
        at("#train-optimizer").selectOption("sgd");
        at("#train-start").click();
        assertThat(at("#problem")).containsText(Pattern.compile("epoch 0, step \\d+: numeric trap in"));
        ended("Ended by an error");
        at("#train-files")
                .setInputFiles(
                        new FilePayload("x.idx", "application/octet-stream", "no".getBytes(StandardCharsets.UTF_8)));
        assertThat(at("#problem")).containsText("x.idx is not an IDX file");
    }

    /** Of classes and of numbers, on the samples that were kept back. */
    @Test
    void reports() throws IOException {
        openPanel();
        at("#train-data").selectOption("clusters");
        at("#train-epochs").fill("20");
        at("#train-start").click();
        ended("Done\\.");
        at("#train-report").click();
        assertThat(at("#train-report-place p[role=status]"))
                .containsText(Pattern.compile("^100 samples .* % right\\."));
        int rows = 0;
        for (String count : page().locator(".confusion tbody td").allInnerTexts()) {
            rows += count.equals("·") ? 0 : Integer.parseInt(count);
        }
        assertThat(rows).isEqualTo(100);
        assertThat(page().locator(".report-chart rect")).hasCount(15);
        assertThat(Axe.violations(page())).isEmpty();
        Path json = page().waitForDownload(
                        () -> at("#train-report-place button").click())
                .path();
        assertThat(Files.readString(json)).contains("\"confusion\"", "\"expected_error\"");

        at("#train-data").selectOption("regression");
        at("#train-epochs").fill("5");
        at("#train-start").click();
        ended("Done\\.");
        assertThat(at("#train-report-place")).isEmpty();
        at("#train-report").click();
        assertThat(at("#train-report-place")).containsText("R²");
        assertThat(page().locator("#train-report-place meter")).hasCount(7);
    }

    /** Two generations; the best one's model is then on show. */
    @Test
    void networksAreBred() {
        openReady("/");
        at("#evolve summary").click();
        at("#evolve-data").selectOption("circles");
        at("#evolve-generations").fill("2");
        at("#evolve-population").fill("4");
        at("#evolve-go").click();
        assertThat(at("#evolve-status")).containsText(Pattern.compile("^Done: 2 generations"));
        assertThat(page().locator("#evolve-table tbody tr")).hasCount(2);
        assertThat(at("#evolve-panel canvas")).isVisible();
        assertThat(Axe.violations(page())).isEmpty();
        at("#evolve-use").click();
        assertThat(at("#model-name")).hasText("bred.json");
        ready();
        assertThat(at("#plane-canvas")).isVisible();
        run();
    }

    /** A pipeline learns, is looked into and reported on; too few ticks for its layers are refused. */
    @Test
    void trainsStepByStep() throws IOException {
        openPanel();
        at("#train-data").selectOption("xor");
        assertThat(at("#train-ticks")).isHidden();
        at("#train-credit").selectOption("ticks");
        at("#train-ticks").fill("2");
        at("#train-start").click();
        assertThat(at("#problem")).containsText("a sample takes 3 ticks through 3 layers, not 2");
        at("#train-ticks").fill("4");
        at("#train-inside").check();
        at("#train-start").click();
        ended("Done\\.");
        String[] last = at("#train-table tbody tr").first().innerText().split("\\t");
        assertThat(Double.parseDouble(last[5].replace(" %", "")))
                .as("validation accuracy in %s", String.join("|", last))
                .isGreaterThan(90);
        // Of the ticks at which an answer is there: a share of all four would be at most a half.
        assertThat(Double.parseDouble(last[4].replace(" %", "")))
                .as("accuracy in %s", String.join("|", last))
                .isGreaterThan(90);
        assertThat(page().locator("#look-table tbody tr")).hasCount(3);
        Training training = CheckpointJson.read("c.json", Files.readAllBytes(download("#train-checkpoint")))
                .training();
        assertThat(training.ticks()).isEqualTo(4);
        at("#train-report").click();
        assertThat(at("#train-report-place p[role=status]"))
                .containsText(Pattern.compile("^100 samples .* % right\\."));
        assertThat(Axe.violations(page())).isEmpty();
        at("#train-use").click();
        ready();
        run();
    }

    /** Layers, gradients, budgets and gaps of a training by tween; without links where the credit is the gradient's. */
    @Test
    void looksInside() {
        List<String> requests = new ArrayList<>();
        page().onRequest((Request r) -> requests.add(r.url()));
        openPanel();
        at("#train-data").selectOption("xor");
        at("#train-credit").selectOption("tween");
        at("#train-inside").check();
        assertThat(requests).noneMatch(url -> url.contains("train-look"));
        at("#train-start").click();
        ended("Done\\.");
        assertThat(at("#look-facts")).containsText("with the first 64 samples");
        assertThat(page().locator("#look-table tbody tr")).hasCount(3);
        assertThat(at("#look-table")).containsText("layer 0 dense");
        assertThat(page().locator("#train-look canvas")).hasCount(3);
        assertThat(Axe.violations(page())).isEmpty();

        at("#train-credit").selectOption("backpropagation");
        at("#train-epochs").fill("3");
        at("#train-start").click();
        ended("Done\\.");
        assertThat(page().locator("#train-look canvas")).hasCount(1);
        assertThat(at("#train-look figure").nth(1)).isHidden();
    }
}
