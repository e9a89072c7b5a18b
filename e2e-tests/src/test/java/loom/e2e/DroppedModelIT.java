package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.JSHandle;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import loom.format.ModelReader;
import loom.onnx.OnnxOptions;
import loom.run.CompiledModel;
import org.junit.jupiter.api.Test;

/** A model dropped onto the page runs there as on the JVM, in the test and behind the server. */
class DroppedModelIT extends PlaygroundTest {
    @Test
    void replacesTheOldOne() {
        openReady("/");
        drop("activations.json", Models.ACTIVATIONS.getBytes(StandardCharsets.UTF_8));
        assertThat(at("#model-name")).hasText("activations.json");
        ready();
        float[] x = Models.input(20);
        fill(x);
        run();
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            assertThat(at("#digest")).hasText(jvm.receipt(x).output().digest().root());
        }
        at("#compare").click();
        assertThat(at("#compared")).containsText("Identical");
    }

    @Test
    void mayBeAnOnnxFile() {
        openReady("/");
        drop("classifier.onnx", OnnxFiles.classifier());
        assertThat(at("#model-name")).hasText("classifier.onnx");
        ready();
        float[] x = Models.input(36);
        fill(x);
        run();
        String digest;
        try (OnJvm jvm = new OnJvm(OnnxFiles.model(OnnxFiles.classifier(), OnnxOptions.NONE))) {
            digest = jvm.receipt(x).output().digest().root();
        }
        assertThat(at("#digest")).hasText(digest);
        at("#compare").click();
        assertThat(at("#compared")).containsText("Identical");

        drop("missing.onnx", OnnxFiles.notSupported());
        assertThat(at("#problem")).containsText("operators that are not supported (opset 17): Unique at");
        assertThat(at("#problem")).containsText("The page keeps classifier.onnx.");
        run();
        assertThat(at("#digest")).hasText(digest);
    }

    @Test
    void ofACompiledOneItSaysWhatIsNeeded() {
        openReady("/");
        drop("digits.wasm", CompiledModel.of(ModelReader.read(Models.FILE, Models.ACTIVATIONS), 1));
        assertThat(at("#problem"))
                .containsText("this model was compiled: Loom.load runs it, but it has no layers to look at");
        assertThat(at("#problem")).containsText("The page keeps digits.json.");
    }

    private void fill(float... x) {
        StringBuilder values = new StringBuilder();
        for (float value : x) {
            values.append(value).append(' ');
        }
        at("#values").fill(values.toString());
    }

    private void drop(String name, byte[] file) {
        JSHandle files = page().evaluateHandle(
                        "([name, base64]) => { const files = new DataTransfer();"
                                + " const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));"
                                + " files.items.add(new File([bytes], name)); return files; }",
                        List.of(name, Base64.getEncoder().encodeToString(file)));
        page().dispatchEvent("body", "drop", Map.of("dataTransfer", files));
    }
}
