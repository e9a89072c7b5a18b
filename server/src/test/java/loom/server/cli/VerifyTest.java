package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static loom.server.cli.Cli.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loom.format.ModelReader;
import loom.format.TensorJson;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.model.Model;
import loom.model.Tensor;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
    private static final String END = System.lineSeparator();
    private static final String IDENTICAL =
            "identical: 2 layer outputs and the output have the bits of machine parallel" + END;

    @TempDir
    private Path dir;

    private Path model;
    private Path input;
    private Path output;
    private Path receipt;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
        input = file(dir, "x.json", Cli.INPUT);
        output = dir.resolve("y.json");
        receipt = dir.resolve("r.json");
    }

    private void run(String... options) {
        Object[] all = new Object[8 + options.length];
        System.arraycopy(
                new Object[] {"run", model, "--input", input, "--output", output, "--receipt", receipt}, 0, all, 0, 8);
        System.arraycopy(options, 0, all, 8, options.length);
        assertThat(loom(all)).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void aReceiptOfThisModelAndInputHolds() {
        run();
        assertThat(loom("verify", receipt)).isEqualTo(new Cli(0, IDENTICAL, ""));
        assertThat(loom("verify", receipt, "--model", model, "--input", input, "--output", output))
                .isEqualTo(new Cli(0, IDENTICAL, ""));
    }

    @Test
    void receiptModelAndInputMoveTogether() throws Exception {
        run();
        Path other = Files.createDirectory(dir.resolve("other"));
        for (Path p : new Path[] {model, input, receipt}) {
            Files.move(p, other.resolve(p.getFileName()));
        }
        assertThat(loom("verify", other.resolve("r.json"))).isEqualTo(new Cli(0, IDENTICAL, ""));
    }

    @Test
    void anEmbeddingReceiptNeedsNoFiles() throws Exception {
        run("--embed", "--trace");
        Files.delete(model);
        Files.delete(input);
        Cli result = loom("verify", receipt);
        assertThat(result.out()).startsWith("identical: 2 layer outputs, ").contains(" traced values ");
        assertThat(result.status()).isZero();
    }

    @Test
    void filesThatAreGoneAreNamed() throws Exception {
        run();
        Files.delete(input);
        assertThat(loom("verify", receipt))
                .isEqualTo(new Cli(
                        2,
                        "",
                        "loom: " + receipt
                                + ": $.input.path: no file \"x.json\" beside the receipt; give the input with"
                                + " --input" + END));
    }

    @Test
    void anotherModelOrInputIsFound() throws Exception {
        run();
        Path other = file(dir, "other.json", Cli.MODEL.replace("AAAAPwAAAL8=", "AAAAPwEAAL8="));
        assertThat(loom("verify", receipt, "--model", other).out()).startsWith("differs: model differs: ");
        Path x = file(dir, "x2.json", "{\"shape\": [2], \"data\": [1, 2.0000002]}");
        Cli result = loom("verify", receipt, "--input", x);
        assertThat(result.out()).startsWith("differs: input differs: ");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void oneFlippedBitInALayersChunkNamesLayerAndChunk() throws Exception {
        run();
        String text = text(receipt);
        int at = text.indexOf("\"chunks\": [\"") + 12;
        flipDigit(text, at);
        assertThat(loom("verify", receipt))
                .isEqualTo(new Cli(
                        1, "differs: cell 0,0 layer 0 dense differs first in chunk 0 (elements 0 and up)" + END, ""));
    }

    @Test
    void oneFlippedBitInADigestIsFound() throws Exception {
        run();
        String text = text(receipt);
        flipDigit(text, text.lastIndexOf("\"digest\": \"") + 11);
        Cli result = loom("verify", receipt);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).startsWith("differs: output differs in its digest but in no chunk");
    }

    private void flipDigit(String text, int at) throws Exception {
        char flipped = Character.forDigit(Character.digit(text.charAt(at), 16) ^ 1, 16);
        Files.writeString(receipt, text.substring(0, at) + flipped + text.substring(at + 1));
    }

    /** As a machine would record it that computes one element wrong: 7.5 becomes 7.5000005. */
    @Test
    void oneFlippedBitInATraceNamesElementAndBits() throws Exception {
        run("--trace");
        String text = text(receipt);
        String words = "AADwQAAAGEE="; // 7.5, 9.5
        assertThat(text).contains(words);
        Files.writeString(receipt, text.replaceFirst(words, "AQDwQAAAGEE="));
        Cli result = loom("verify", receipt);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .isEqualTo(
                        "differs: %5 (cell 0,0 layer 0 dense, add) element 0: the receipt has 0x40f00001 = 7.5000005,"
                                + " the replay 0x40f00000 = 7.5. Its kernel is b4[N,2] = add!1(b3, b2[1,2])." + END);
    }

    /** The receipt of a machine whose kernels for one layer are wrong in one bit. */
    @Test
    void aSabotagedKernelIsFound() throws Exception {
        Model m = ModelReader.read("m", text(model));
        ModelRunner runner = ModelRunner.open(new SabotagedMachine(), m).get();
        Tensor x = TensorJson.read("x", text(input));
        for (boolean trace : new boolean[] {false, true}) {
            ReceiptOptions options = new ReceiptOptions("m.json", "x.json", false, trace);
            Files.writeString(
                    receipt, ReceiptJson.write(runner.receipt(x, options).get()));
            Cli result = loom("verify", receipt);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.out())
                    .startsWith("differs: cell 0,0 layer 0 dense differs first in chunk 0 (elements 0 and up)");
            if (trace) {
                assertThat(result.out())
                        .contains("(cell 0,0 layer 0 dense, MatMul) element 1: the receipt has 0x41200001 = 10.000001,"
                                + " the replay 0x41200000 = 10");
            }
        }
    }

    @Test
    void aSabotagedOutputFileIsFound() throws Exception {
        run("--bits");
        Files.writeString(output, text(output).replace("7.5,", "7.5000005,").replace("0x40f00000", "0x40f00001"));
        assertThat(loom("verify", receipt, "--output", output))
                .isEqualTo(new Cli(
                        1,
                        "differs: " + output + " is not the output: it differs first in chunk 0 (elements 0 and up)"
                                + END,
                        ""));
    }

    @Test
    void refusesWhatIsNoReceipt() {
        assertThat(loom("verify", model))
                .isEqualTo(new Cli(
                        2, "", "loom: " + model + ": $.format: expected \"loom-receipt\", found \"loom\"" + END));
    }

    /** The server's framework takes seconds to start; a command that does not serve must not wait for it. */
    @Test
    void startsNoServer() throws Exception {
        run();
        Path log = dir.resolve("classes.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                LoomCli.class.getName(),
                "verify",
                receipt.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out).contains("identical: ");
        assertThat(text(log)).contains("loom.server.cli.Verify ").doesNotContain("org.springframework", "org.apache.");
    }
}
