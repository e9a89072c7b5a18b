package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loom.format.ModelReader;
import loom.inspect.Receipt;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.inspect.TensorDigest;
import loom.inspect.TraceView;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** The playground's comparison of two runs. */
class CompareIT extends PlaygroundTest {
    private static final float[] POINT = {0.25f, 0.5f};

    private static Receipt receipt(Model model) {
        ModelRunner runner = ModelRunner.open(new ReferenceMachine(), model).get();
        return runner.receipt(POINT, 1, new ReceiptOptions("away/spiral.json", "x.json", true, false))
                .get();
    }

    private static Model bundled(String name) {
        return ModelReader.load(name, Resources.bytes("META-INF/resources/models/" + name))
                .model();
    }

    private void drop(Receipt... receipts) {
        FilePayload[] files = new FilePayload[receipts.length];
        for (int i = 0; i < files.length; i++) {
            byte[] json = ReceiptJson.write(receipts[i]).getBytes(StandardCharsets.UTF_8);
            files[i] = new FilePayload("r" + i + ".json", "application/json", json);
        }
        at("#file").setInputFiles(files);
    }

    private static Receipt traced(Model model, float... point) {
        return ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .receipt(point, 1, new ReceiptOptions("m.json", "x.json", false, true))
                .get();
    }

    /** Two receipts of the command line, none of them run here: the words are its own. */
    @Test
    void twoReceiptsWithEachOther() {
        Receipt a = traced(bundled("spiral.json"), 0.25f, 0.5f);
        Receipt b = traced(bundled("spiral.json"), 0.25f, 0.75f);
        openReady("/");
        drop(a, b);
        String verdict = TraceView.of(a, b).verdict();
        assertThat(verdict).contains("The first value that differs is %", "units in the last place");
        assertThat(at("#beside-verdict")).hasText(verdict);
        assertThat(at("#beside-table thead th").nth(2)).hasText("r1.json");
        assertThat(at("#model-name")).hasText("digits.json");
        drop(a, a);
        assertThat(at("#beside-verdict")).hasText(TraceView.of(a, a).verdict());
        assertThat(Axe.violations(page())).isEmpty();
    }

    /** A receipt with a trace of another input beside a run here: the kernel, too. */
    @Test
    void theFirstKernelThatDiffers() {
        openReady("/#model=models/spiral.json&x=0.25,0.5");
        drop(traced(bundled("spiral.json"), 0.25f, 0.75f));
        assertThat(at("#beside-verdict"))
                .containsText(
                        "Not the same input. Different: cell 0,0 layer 0 dense is the first whose bits are not the same. The first value that differs is %");
        assertThat(at("#beside-verdict")).containsText(Pattern.compile("Its kernel is b\\d+.* = matmul!0 "));
    }

    @Test
    void machinesSideBySide() {
        openReady("/#model=models/circles.json");
        at("#beside summary").click();
        for (String machine : new String[] {"reference", "webgpu", "native"}) {
            at("#beside-second").selectOption(machine);
            at("#beside-go").click();
            assertThat(at("#beside-table thead th").nth(2))
                    .containsText(at("#beside-second option:checked").textContent());
            assertThat(at("#beside-verdict"))
                    .hasText("Identical: the outputs of 3 layers and the model's output have the same bits.");
        }
        assertThat(page().locator("#beside-table tbody tr.same")).hasCount(4);
        assertThat(Axe.violations(page())).isEmpty();
    }

    /** The receipt brings its model and input; another input's, and that of a changed model, are told apart. */
    @Test
    void aReceiptOfTheCommandLine() {
        openReady("/");
        drop(receipt(bundled("spiral.json")));
        assertThat(at("#beside-verdict"))
                .hasText("Identical: the outputs of 4 layers and the model's output have the same bits.");
        assertThat(at("#model-name")).hasText("spiral.json");
        assertThat(at("#values")).hasValue("0.25, 0.5");
        at("#values").fill("0.25, 0.75");
        at("#beside-go").click();
        assertThat(at("#beside-verdict"))
                .hasText(
                        "Not the same input. Different: cell 0,0 layer 0 dense is the first whose bits are not the same.");
        at("#beside-table tbody button").first().click();
        assertThat(at("#layer h3")).containsText("cell 0,0 layer 0 dense");
    }

    /** An answer of the JVM whose third value is three units in the last place off. */
    @Test
    void whatDiffersIsShown() {
        openReady("/#digit=0");
        at("#beside summary").click();
        at("#beside-second").selectOption("native");
        page().route("**/api/native/run", route -> {
            String answer = route.fetch().text();
            Matcher words = Pattern.compile("0x([0-9a-f]{8})").matcher(answer.substring(answer.indexOf("\"bits\"")));
            String third = words.results().skip(2).findFirst().orElseThrow().group(1);
            String wrong = String.format("%08x", Integer.parseUnsignedInt(third, 16) + 3);
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(answer.replaceFirst("0x" + third, "0x" + wrong)));
        });
        at("#beside-go").click();
        assertThat(at("#beside-verdict"))
                .hasText("Different after the last layer."
                        + " Elements of the output that differ: 1, by up to 3 units in the last place.");
        assertThat(page().locator("#beside-elements tbody tr")).hasCount(1);
        assertThat(at("#beside-elements tbody tr")).containsText(Pattern.compile("^2.*3$"));
    }

    /**
     * A JVM that copies wrongly: what it says of the parallel layer's output, and of the model's, has other digests; asked for a trace, it
     * has another bit in what the last copy gave.
     */
    private static String wrong(String answer) {
        int from = answer.indexOf("\"receipt\": ") + "\"receipt\": ".length();
        int to = answer.lastIndexOf('}');
        Receipt r = ReceiptJson.read("receipt", answer.substring(from, to));
        List<Receipt.Traced> trace = new ArrayList<>(r.trace());
        for (int i = 0; i < trace.size(); i++) {
            Receipt.Traced t = trace.get(i);
            if (t.operation().equals("Concat")) {
                int[] words = t.words().clone();
                words[3] ^= 2;
                trace.set(i, new Receipt.Traced(t.entry(), t.layer(), t.operation(), t.kernels(), words));
            }
        }
        List<Receipt.Entry> nodes = new ArrayList<>(r.nodes());
        Receipt.Entry last = nodes.removeLast();
        TensorDigest other = new TensorDigest("0".repeat(64), List.of("0".repeat(16)));
        nodes.add(new Receipt.Entry(last.name(), last.type(), last.shape(), other));
        Receipt changed = new Receipt(
                r.engine(),
                r.machine(),
                r.adapter(),
                r.model(),
                r.input(),
                r.batch(),
                r.step(),
                r.program(),
                nodes,
                r.output(),
                trace);
        return answer.substring(0, from) + ReceiptJson.write(changed) + answer.substring(to);
    }

    /** A kernel that only copies, and cannot trap, is named; the JVM is asked for its values only when bits differ. */
    @Test
    void theFirstKernelOfTheJvmThatDiffers() {
        openReady("/");
        at("#file").setInputFiles(new FilePayload("branches.json", "application/json", """
                {"format": "loom", "version": 1, "seed": 1, "input": {"shape": [2]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [{"type": "parallel", "combine": "concat",
                   "branches": [{"type": "dense", "units": 2}, {"type": "dense", "units": 2}]}]}]}
                """.getBytes(
                        StandardCharsets.UTF_8)));
        assertThat(at("#model-name")).hasText("branches.json");
        ready();
        List<String> asked = new ArrayList<>();
        page().route("**/api/native/run", route -> {
            asked.add(route.request().postData().contains("\"trace\":true") ? "trace" : "digests");
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(wrong(route.fetch().text())));
        });
        run();
        at("#compare").click();
        Pattern verdict = Pattern.compile(
                "^Different: cell 0,0 layer 0 parallel is the first whose bits are not the same\\."
                        + " The first value that differs is %\\d+ \\(cell 0,0 layer 0 parallel, Concat\\): 1 elements differ,"
                        + " by up to 2 units in the last place, the first is 3: .*\\. Its kernels are b\\d+\\[N,4] = copy .*");
        assertThat(at("#compared")).hasText(verdict);
        assertThat(asked).containsExactly("digests", "trace");
        at("#beside summary").click();
        at("#beside-second").selectOption("native");
        at("#beside-go").click();
        assertThat(at("#beside-verdict")).hasText(verdict);
        assertThat(asked).containsExactly("digests", "trace", "digests", "trace");
        page().unroute("**/api/native/run");
        at("#compare").click();
        assertThat(at("#compared")).containsText("Identical: ");
    }

    /** Across zero, too. */
    @Test
    void unitsInTheLastPlace() {
        openReady("/#model=models/circles.json");
        Object found = page().evaluate("""
                async () => {
                    const {differences} = await import('/playground/verdict.js');
                    const near = new Float32Array(new Int32Array([0x3f800003, 0]).buffer);
                    const signs = [differences(Float32Array.of(1e-45), Float32Array.of(-1e-45)).ulp, differences(near, near).count];
                    return {...differences(Float32Array.of(1, 0), near), signs};
                }
                """);
        assertThat(found).isEqualTo(Map.of("count", 1, "ulp", 3, "at", List.of(0), "signs", List.of(2, 0)));
    }
}
