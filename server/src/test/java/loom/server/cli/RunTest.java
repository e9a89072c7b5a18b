package loom.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static loom.server.cli.Cli.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import loom.format.TensorJson;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    @TempDir
    private Path dir;

    private Path model;
    private Path input;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
        input = file(dir, "x.json", Cli.INPUT);
    }

    @Test
    void writesOutputAndReceipt() throws Exception {
        Path y = dir.resolve("y.json");
        Path r = dir.resolve("r.json");
        assertThat(loom("run", model, "--input", input, "--output", y, "--receipt", r))
                .isEqualTo(new Cli(0, "", ""));
        assertThat(text(y)).isEqualTo("{\n  \"shape\": [2],\n  \"data\": [7.5, 9.5]\n}\n");
        assertThat(text(r))
                .contains("\"path\": \"m.json\"", "\"path\": \"x.json\"", "\"name\": \"cell 0,0 layer 0 dense\"");
    }

    @Test
    void printsTheOutputWithBitsAndTakesBatches() throws Exception {
        Path batch = file(dir, "xs.json", "{\"shape\": [2, 2], \"data\": [1, 2, 0, 0]}");
        assertThat(loom("run", model, "--input", batch, "--bits")).isEqualTo(new Cli(0, """
                        {
                          "shape": [2, 2],
                          "data": [7.5, 9.5, 0.5, -0.5],
                          "bits": ["0x40f00000", "0x41180000", "0x3f000000", "0xbf000000"]
                        }
                        """, ""));
    }

    @Test
    void theOutputOfOneRunIsTheInputOfAnother() throws Exception {
        Path y = dir.resolve("y.json");
        loom("run", model, "--input", input, "--output", y, "--bits");
        assertThat(loom("run", model, "--input", y).out()).contains("\"data\": [36.5, 52.5]");
    }

    @Test
    void picksAModelOfABundle() throws Exception {
        Path bundle = file(dir, "b.json", bundle("a", "b"));
        assertThat(loom("run", bundle, "--input", input, "--id", "b").out()).contains("\"data\": [2.2]");
        assertThat(loom("run", bundle, "--input", input).err())
                .isEqualTo("loom: " + bundle + ": $.models: expected one model, found 2: \"a\", \"b\"; say which one by"
                        + " its id" + System.lineSeparator());
    }

    /** Models of one dense layer, 2 to 1; each doubles the one before. That engine reads "linear" as 1.1 · max(0, x). */
    private static String bundle(String... ids) {
        List<String> models = new ArrayList<>();
        for (String id : ids) {
            String kernel = "[" + (1 << models.size()) + ", 0]";
            String weights = "{\"type\": \"float32\", \"layers\": [{\"biases\": [0], \"kernel\": " + kernel + "}]}";
            models.add("""
                    {"id": "%s",
                     "cfg": {"grid_rows": 1, "grid_cols": 1, "layers_per_cell": 1, "layers": [{"type": "dense",
                       "activation": "linear", "width": 1, "height": 1, "input_height": 2, "output_height": 1}]},
                     "weights": {"fmt": "jsonModelB64", "data": "%s"}}""".formatted(id, Base64.getEncoder().encodeToString(weights.getBytes(UTF_8))));
        }
        return "{\"type\": \"modelhost/bundle\", \"version\": 1, \"models\": [" + String.join(",", models) + "]}";
    }

    @Test
    void refusesOptionsWithoutAReceipt() {
        assertThat(loom("run", model, "--input", input, "--trace"))
                .isEqualTo(refused("--trace says what a receipt holds; add --receipt R.json"));
    }

    @Test
    void refusesAnInputOfAnotherShape() throws Exception {
        Path x = file(dir, "x3.json", "{\"shape\": [3], \"data\": [1, 2, 3]}");
        assertThat(loom("run", model, "--input", x))
                .isEqualTo(refused(x + ": $.shape: input: expected shape [2] or [n,2], found [3]"));
    }

    @Test
    void refusesAnUnknownMachineAndMissingFiles() {
        assertThat(loom("run", model, "--input", input, "--machine", "abacus"))
                .isEqualTo(refused("no machine \"abacus\" here; known: parallel, reference"));
        Path nowhere = dir.resolve("nowhere.json");
        assertThat(loom("run", nowhere, "--input", input)).isEqualTo(refused(nowhere + ": no such file or folder"));
        assertThat(loom("run", dir, "--input", input)).isEqualTo(refused(dir + ": a folder, expected a file"));
        assertThat(loom("run", model, "--input", input, "--output", nowhere.resolve("y.json"))
                        .err())
                .startsWith("loom: " + nowhere.resolve("y.json") + ": ")
                .hasLineCount(1);
    }

    @Test
    void aTrapLeavesNoFiles() throws Exception {
        Path x = file(dir, "big.json", "{\"shape\": [2], \"data\": [1e15, 1e15]}");
        Path y = dir.resolve("y.json");
        Path r = dir.resolve("r.json");
        Cli result = loom("run", model, "--input", x, "--output", y, "--receipt", r);
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("loom: numeric trap in cell 0,0 layer 0 dense, matmul")
                .hasLineCount(1);
        assertThat(Files.exists(y)).isFalse();
        assertThat(Files.exists(r)).isFalse();
    }

    private static Cli refused(String sentence) {
        return new Cli(2, "", "loom: " + sentence + System.lineSeparator());
    }

    /** y = x · [[1, 2], [3, 4]] + [0.5, −0.5], and one tick more for the activation. */
    @Test
    void runsAPipelineTickByTick() throws Exception {
        Path model = file(dir, "m.json", Cli.MODEL);
        Path x = file(dir, "t.json", "{\"shape\": [3, 2], \"data\": [1, 0, 0, 1, 5, 5]}");
        Cli result = loom("run", model, "--ticks", "--input", x);
        assertThat(result.err()).isEmpty();
        assertThat(TensorJson.read("y", result.out()).values()).containsExactly(0, 0, 1.5f, 1.5f, 3.5f, 3.5f);
        Path one = file(dir, "one.json", Cli.INPUT);
        assertThat(loom("run", model, "--ticks", "--input", one).err())
                .isEqualTo("loom: " + one + ": $.shape: expected a first axis of ticks and then [2], found [2]"
                        + System.lineSeparator());
        assertThat(loom("run", model, "--ticks", "--input", x, "--receipt", dir.resolve("r.json"))
                        .err())
                .startsWith("loom: --receipt: not with --ticks");
    }
}
