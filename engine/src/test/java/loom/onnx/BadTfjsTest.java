package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Random;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.numeric.DType;
import loom.testing.Approved;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Malformed models of tfjs, made here, and the exact error of each, in a file of its own. */
class BadTfjsTest {
    private static final Path ERRORS = Path.of("src/test/resources/bad-tfjs.txt");

    private static final String ROW = """
            {"format": "layers-model", "modelTopology": {"class_name": "Sequential", "config": {"name": "m", "layers": [
            {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "relu", "batch_input_shape": [null, 3]}},
            {"class_name": "Reshape", "config": {"name": "r", "target_shape": [1, 2, 1]}},
            {"class_name": "Conv2D", "config": {"name": "c", "filters": 2, "kernel_size": [1, 2], "strides": 1, "padding": "same"}}
            ]}}, "weightsManifest": [{"paths": ["w.bin"], "weights": [
            {"name": "d/kernel", "shape": [3, 2], "dtype": "float32"}, {"name": "d/bias", "shape": [2], "dtype": "float32"},
            {"name": "c/kernel", "shape": [1, 2, 1, 2], "dtype": "float32"}, {"name": "c/bias", "shape": [2], "dtype": "float32"}]}]}
            """;

    private static final String GRAPH = """
            {"modelTopology": {"model_config": {"class_name": "Functional", "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [null, 2]}, "inbound_nodes": []},
            {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2}, "inbound_nodes": [[["x", 0, 0, {}]]]},
            {"class_name": "Add", "name": "a", "config": {"name": "a"}, "inbound_nodes": [[["x", 0, 0, {}], ["d", 0, 0, {}]]]}
            ], "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0]]}}}, "weightsManifest": [{"paths": ["w.bin"], "weights": [
            {"name": "d/kernel", "shape": [2, 2], "dtype": "float32"}, {"name": "d/bias", "shape": [2], "dtype": "float32"}]}]}
            """;

    private final LinkedHashMap<String, Runnable> cases = new LinkedHashMap<>();

    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    private static void load(String json, byte[] weights) {
        Cursor root = Cursor.parse("model.json", json);
        TfjsImport.shards(root);
        TfjsImport.load(root, weights, OnnxOptions.NONE);
    }

    private static byte[] ones(int count) {
        float[] values = new float[count];
        Arrays.fill(values, 1);
        return DType.F32.narrow(values).bytes();
    }

    private void file(String name, String json, int weights) {
        cases.put(name, () -> load(json, ones(weights)));
    }

    private static String changed(String json, String what, String by) {
        assertThat(json).contains(what);
        return json.replace(what, by);
    }

    private void row(String name, String what, String by) {
        file(name, changed(ROW, what, by), 14);
    }

    private void graph(String name, String what, String by) {
        file(name, changed(GRAPH, what, by), 6);
    }

    /** A layer in the place of the row's last. */
    private void layer(String name, String type, String config) {
        String json = ROW.substring(0, ROW.indexOf("{\"class_name\": \"Conv2D\""))
                + "{\"class_name\": \"" + type + "\", \"config\": {\"name\": \"c\"" + config + "}}"
                + ROW.substring(ROW.indexOf("\n]}}, \"weightsManifest\""));
        file(name, json, 14);
    }

    private void manifest() {
        row("a graph-model", "layers-model", "graph-model");
        row("no manifest", "weightsManifest", "weights");
        row("a path above", "\"w.bin\"", "\"../w.bin\"");
        row("a path below", "\"w.bin\"", "\"a/w.bin\"");
        row("a path of Windows", "\"w.bin\"", "\"a\\\\w.bin\"");
        row("an address", "\"w.bin\"", "\"http://x\"");
        row("a hidden file", "\"w.bin\"", "\".w\"");
        row("no name of a file", "\"w.bin\"", "\"\"");
        row("a number for a file", "\"w.bin\"", "7");
        row("a group without files", "\"paths\": [\"w.bin\"], ", "");
        row("a group without weights", "\"weights\": [", "\"more\": [");
        row("a weight without name", "\"name\": \"d/bias\", ", "");
        row("a weight twice", "d/bias", "d/kernel");
        row("a type that is not known", "\"dtype\": \"float32\"}]", "\"dtype\": \"float64\"}]");
        row("text as weights", "\"dtype\": \"float32\"}]", "\"dtype\": \"string\"}]");
        row("a weight without type", ", \"dtype\": \"float32\"}]", "}]");
        row("extent 0", "\"shape\": [3, 2]", "\"shape\": [0, 2]");
        row("a negative extent", "\"shape\": [3, 2]", "\"shape\": [-3, 2]");
        row("an extent that is no whole number", "\"shape\": [3, 2]", "\"shape\": [1.5, 2]");
        row("a huge extent", "\"shape\": [3, 2]", "\"shape\": [3000000000, 2]");
        row("a huge product", "\"shape\": [3, 2]", "\"shape\": [65536, 65536]");
        row("more than there is", "\"shape\": [3, 2]", "\"shape\": [30000, 20000]");
        row("rank 9", "\"shape\": [3, 2]", "\"shape\": [1,1,1,1,1,1,1,3,2]");
        file("bytes behind the last weight", ROW, 15);
        file("bytes that are missing", ROW, 13);
        file("no bytes", ROW, 0);
        row(
                "quantised without a scale",
                "\"shape\": [3, 2], \"dtype\": \"float32\"",
                "\"shape\": [3, 2], \"dtype\": \"float32\", \"quantization\": {\"dtype\": \"uint8\", \"min\": 0}");
        row(
                "quantised to a type that is not known",
                "\"shape\": [3, 2], \"dtype\": \"float32\"",
                "\"shape\": [3, 2], \"dtype\": \"float32\", \"quantization\": {\"dtype\": \"int4\", \"min\": 0, \"scale\": 1}");
        byte[] nan = ones(14);
        nan[4 * 7 + 3] = 0x7f;
        nan[4 * 7 + 2] = (byte) 0xc0;
        cases.put("NaN", () -> load(ROW, nan));
    }

    private void topology() {
        row("no topology", "\"modelTopology\": {\"class_name\"", "\"modelTopology\": {\"type\"");
        row("a topology that is a list", "\"modelTopology\": {", "\"modelTopology\": [], \"x\": {");
        row("a model without layers", "\"layers\"", "\"rows\"");
        row("no configuration", "\"class_name\": \"Reshape\", \"config\"", "\"class_name\": \"Reshape\", \"settings\"");
        row("a layer without name", "\"name\": \"c\", ", "");
        row("no shape of the input", ", \"batch_input_shape\": [null, 3]", "");
        row("an open input", "[null, 3]", "[null, null]");
        row("an input of extent 0", "[null, 3]", "[null, 0]");
        row("a layer that is not known", "Reshape", "Lambda");
        row(
                "several layers that are not known",
                "\"class_name\": \"Reshape\"",
                "\"class_name\": \"Lambda\"},{\"class_name\": \"Magic\"");
        row("no weights of a layer", "\"name\": \"c\"", "\"name\": \"conv\"");
        row("units that the weights do not have", "\"units\": 2", "\"units\": 3");
        row("no units", "\"units\": 2, ", "");
        row("a window that the weights do not have", "[1, 2], \"strides\"", "[2, 2], \"strides\"");
        row("filters that the weights do not have", "\"filters\": 2", "\"filters\": 4");
        row("a bias of another size", "\"name\": \"c/bias\"", "\"name\": \"c/other\"");
        row("an input that does not fit", "[null, 3]", "[null, 4]");
        row("an activation that is not known", "\"relu\"", "\"magic\"");
        row("an activation that is no text", "\"relu\"", "{\"class_name\": \"ReLU\"}");
        row("a shape that does not fit", "[1, 2, 1]", "[1, 3, 1]");
        row("a rank that does not fit", "[1, 2, 1]", "[2, 1]");
        row("channels first", "\"padding\": \"same\"", "\"data_format\": \"channels_first\"");
        row("padding that is not known", "\"padding\": \"same\"", "\"padding\": \"full\"");
        row("strides of another rank", "\"strides\": 1", "\"strides\": [1, 1, 1]");
        row("stride 0", "\"strides\": 1", "\"strides\": 0");
        layer("bilinear", "UpSampling2D", ", \"interpolation\": \"bilinear\"");
        layer("far too large", "UpSampling2D", ", \"size\": [100000000, 100000000]");
        layer("too large a picture", "UpSampling2D", ", \"size\": [50000, 50000]");
        layer("margins that are no list", "ZeroPadding2D", ", \"padding\": \"x\"");
        layer("margins of three axes", "ZeroPadding2D", ", \"padding\": [1, 2, 3]");
        layer("a huge margin", "ZeroPadding2D", ", \"padding\": 2147483647");
        layer("more cut than there is", "Cropping2D", ", \"cropping\": 2");
        layer("no order of axes", "Permute", "");
        layer("an axis twice", "Permute", ", \"dims\": [1, 1, 2]");
        layer("an axis that is not there", "Permute", ", \"dims\": [1, 2, 4]");
        layer("repeated pictures", "RepeatVector", ", \"n\": 2");
        layer("a window larger than the picture", "MaxPooling2D", ", \"pool_size\": 3");
        layer("a sequence of pictures", "LSTM", ", \"units\": 2");
        layer("an addition of one", "Concatenate", ", \"axis\": 9");
        layer("normalised along rows", "BatchNormalization", ", \"axis\": 1");
        layer("statistics that are missing", "BatchNormalization", "");
        layer(
                "both directions of what has none",
                "Bidirectional",
                ", \"layer\": {\"class_name\": \"Dense\", \"config\": {}}");
        layer("masked indices", "Embedding", ", \"mask_zero\": true");
        layer("a threshold", "ReLU", ", \"threshold\": 1");
    }

    private void graphs() {
        graph("a layer that nothing gives", "[[\"x\", 0, 0, {}]]]}", "[[\"z\", 0, 0, {}]]]}");
        graph("a circle", "[[[\"x\", 0, 0, {}]]]", "[[[\"a\", 0, 0, {}]]]");
        graph("a second output of a layer", "[\"d\", 0, 0, {}]", "[\"d\", 0, 1, {}]");
        graph("a call that is not there", "[\"d\", 0, 0, {}]", "[\"d\", 5, 0, {}]");
        graph("arguments that are not known", "[\"d\", 0, 0, {}]", "[\"d\", 0, 0, {\"mask\": 1}]");
        graph("nodes of Keras 3", "[[[\"x\", 0, 0, {}]]]", "[{\"args\": []}]");
        graph("a node of two parts", "[\"d\", 0, 0, {}]", "[\"d\", 0]");
        graph("an output that is not there", "[[\"a\", 0, 0]]", "[[\"b\", 0, 0]]");
        graph("no outputs", "[[\"a\", 0, 0]]", "[]");
        graph("no nodes", ", \"inbound_nodes\": [[[\"x\", 0, 0, {}]]]", "");
        graph("two inputs of one", "[[[\"x\", 0, 0, {}]]]", "[[[\"x\", 0, 0, {}], [\"x\", 0, 0, {}]]]");
    }

    /** After a new case: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void eachGivesItsError() throws IOException {
        manifest();
        topology();
        graphs();
        Approved.errors(ERRORS, cases);
    }

    @Test
    void everyMutationIsReadOrRefused() {
        load(ROW, ones(14));
        load(GRAPH, ones(6));
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            char[] text = (i % 2 == 0 ? ROW : GRAPH).toCharArray();
            for (int n = random.nextInt(3); n >= 0; n--) {
                text[random.nextInt(text.length)] = (char) (32 + random.nextInt(95));
            }
            try {
                load(new String(text), ones(i % 2 == 0 ? 14 : 6));
            } catch (ModelException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
