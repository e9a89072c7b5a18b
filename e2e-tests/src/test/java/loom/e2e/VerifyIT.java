package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loom.format.TensorJson;
import loom.graph.Shape;
import loom.inspect.ReceiptJson;
import loom.model.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code loom verify} replays what a browser computed, and tells when it did not compute it. */
class VerifyIT extends BrowserTest {
    @TempDir
    private Path folder;

    @Test
    void checksAReceiptOfTheBrowser() throws Exception {
        openApi();
        float[] x = Models.input(60);
        String receipt = (String) evaluate("""
                const model = await Loom.load(new File([given.file], 'model.json'));
                const receipt = JSON.stringify(await model.receipt(floats(given.x)));
                await model.close();
                return receipt;
                """, Map.of("file", Models.ACTIVATIONS, "x", Bits.base64(x)));
        Files.writeString(folder.resolve("model.json"), Models.ACTIVATIONS);
        Files.writeString(folder.resolve("x.json"), TensorJson.write(new Tensor(Shape.of(3, 20), x), true));

        Answer good = verify(receipt);
        assertThat(good.text()).startsWith("identical: ");
        assertThat(good.status()).isZero();

        String layer = ReceiptJson.read("receipt", receipt).nodes().get(1).name();
        String before = "\"chunks\":[\"";
        int at = receipt.indexOf(before, receipt.indexOf("\"" + layer + "\"")) + before.length();
        char digit = receipt.charAt(at) == '0' ? '1' : '0';
        Answer tampered = verify(receipt.substring(0, at) + digit + receipt.substring(at + 1));
        assertThat(tampered.text()).startsWith("differs: " + layer + " differs first in chunk 0");
        assertThat(tampered.status()).isEqualTo(1);
    }

    record Answer(int status, String text) {}

    private Answer verify(String receipt) throws IOException, InterruptedException {
        return verify(
                Files.writeString(folder.resolve("receipt.json"), receipt),
                "--input",
                folder.resolve("x.json").toString());
    }

    /** As a process of its own: the exit status is what scripts go by. */
    static Answer verify(Path receipt, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "loom.server.cli.LoomCli",
                "verify",
                receipt.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }
}
