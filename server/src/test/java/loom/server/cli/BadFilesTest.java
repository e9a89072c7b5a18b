package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads when a file is bad: one sentence with file, JSON path, layer, expected and found. */
class BadFilesTest {
    @TempDir
    private Path dir;

    private String refusal(String model, String input) throws Exception {
        Path m = file(dir, "m.json", model);
        Path x = file(dir, "x.json", input);
        Cli result = loom("run", m, "--input", x);
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).hasLineCount(1).startsWith("loom: " + dir);
        return result.err().strip().substring(("loom: " + dir + "/").length());
    }

    private String modelRefusal(String from, String to) throws Exception {
        assertThat(Cli.MODEL).contains(from);
        return refusal(Cli.MODEL.replace(from, to), Cli.INPUT);
    }

    @Test
    void truncatedJson() throws Exception {
        assertThat(refusal(Cli.MODEL.substring(0, 150), Cli.INPUT))
                .isEqualTo(
                        "m.json: $.cells[0]: expected a key in double quotes, found the end of the file (line 5, column 24); the file seems to be cut off");
    }

    @Test
    void wrongBase64Length() throws Exception {
        assertThat(modelRefusal("AAAAPwAAAL8=", "AAAAPw=="))
                .isEqualTo(
                        "m.json: $.cells[0].layers[0].parameters.bias.data: cell 0,0 layer 0 dense: expected 8 bytes for [2] of f32, found 4");
    }

    @Test
    void notBase64() throws Exception {
        assertThat(modelRefusal("AAAAPwAAAL8=", "AAAAPwAAAL8"))
                .isEqualTo(
                        "m.json: $.cells[0].layers[0].parameters.bias.data: cell 0,0 layer 0 dense: base64 text has 11 characters, which is not a multiple of 4");
    }

    @Test
    void nanInWeights() throws Exception {
        assertThat(modelRefusal("AAAAPwAAAL8=", "AAAAPwAAwH8="))
                .isEqualTo(
                        "m.json: $.cells[0].layers[0].parameters.bias.data: cell 0,0 layer 0 dense: element 1 is NaN (0x7fc00000), expected a magnitude up to 2^50");
    }

    @Test
    void filesThatAreKnownButNoModels() throws Exception {
        String compiled =
                "m.json: a WebAssembly module, perhaps a compiled model: only Loom.load and loom-run.mjs run these,"
                        + " give the model that it was compiled from";
        assertThat(refusal("\0asm\1\0\0\0", Cli.INPUT)).isEqualTo(compiled);
        assertThat(refusal("PK\3\4", Cli.INPUT))
                .isEqualTo("m.json: a zip archive, perhaps .npz, which holds values but no network");
    }

    @Test
    void unknownLayer() throws Exception {
        assertThat(modelRefusal("\"dense\"", "\"denze\""))
                .isEqualTo(
                        "m.json: $.cells[0].layers[0].type: cell 0,0 layer 0: unknown layer \"denze\"; did you mean \"dense\"?");
    }

    @Test
    void unknownActivation() throws Exception {
        assertThat(modelRefusal("\"linear\"", "\"lineer\""))
                .isEqualTo(
                        "m.json: $.cells[0].layers[1].activation: cell 0,0 layer 1 activation: unknown activation \"lineer\"; did you mean \"linear\"?");
    }

    @Test
    void unknownKey() throws Exception {
        assertThat(modelRefusal("\"units\": 2", "\"units\": 2, \"unit\": 3"))
                .isEqualTo(
                        "m.json: $.cells[0].layers[0]: cell 0,0 layer 0 dense: unknown key \"unit\"; did you mean \"units\"?");
    }

    @Test
    void shapesThatDoNotFit() throws Exception {
        assertThat(modelRefusal("\"activation\", \"activation\": \"linear\"", "\"reshape\", \"shape\": [3]"))
                .isEqualTo(
                        "m.json: $.cells[0].layers[1]: cell 0,0 layer 1 reshape: reshape from [2] (2 elements) to [3] (3)");
    }

    @Test
    void notAModel() throws Exception {
        assertThat(refusal("{}", Cli.INPUT))
                .isEqualTo(
                        "m.json: $: not a model: expected \"format\": \"loom\", or a network configuration or bundle of the Go engine");
        assertThat(refusal("", Cli.INPUT))
                .isEqualTo(
                        "m.json: $: expected a value, found the end of the file (line 1, column 1); the file seems to be cut off");
    }

    @Test
    void badInputs() throws Exception {
        assertThat(refusal(Cli.MODEL, "{\"shape\": [2], \"data\": [1, NaN]}"))
                .isEqualTo("x.json: $.data[1]: expected a value, found 'N' (line 1, column 28)");
        assertThat(refusal(Cli.MODEL, "{\"shape\": [2], \"bits\": [\"0x3f800000\", \"0x7fc00000\"]}"))
                .isEqualTo("x.json: $.bits: element 1 is NaN (0x7fc00000), expected a magnitude up to 2^50");
        assertThat(refusal(Cli.MODEL, "{\"shape\": [2], \"data\": [1, 1e16]}"))
                .isEqualTo("x.json: $.data: element 1 is too large (0x5a0e1bca), expected a magnitude up to 2^50");
        assertThat(refusal(Cli.MODEL, "{\"shape\": [2], \"data\": [1, 2, 3]}"))
                .isEqualTo("x.json: $.data: expected 2 numbers for shape [2], found 3");
        assertThat(refusal(Cli.MODEL, "{\"shape\": [2], \"data\": [1, \"2\"]}"))
                .isEqualTo("x.json: $.data[1]: expected a number, found \"2\"");
        assertThat(refusal(Cli.MODEL, "{\"data\": [1, 2]}")).isEqualTo("x.json: $: missing key \"shape\"");
    }
}
