package loom.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import loom.analysis.AnalysisException;
import loom.analysis.AnalysisJson;
import loom.analysis.Correlation;
import loom.analysis.Table;
import loom.build.BuildException;
import loom.build.Graft;
import loom.format.Cursor;
import loom.format.FloatBytes;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Combine;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

class ToolboxTest {
    private static final Model MODEL = Model.initialise(
            Network.of("m", Shape.of(2), new Dense(3, Activation.Simple.TANH), new Dense(2, Activation.Simple.LINEAR)),
            6);

    /** Counts a nanosecond a look. */
    private static final class Jvm implements Toolbox.Platform {
        private long now;

        @Override
        public Completion<Machine> machine(String name, Model model) {
            return Completion.of(quick());
        }

        @Override
        public Machine quick() {
            return new ReferenceMachine();
        }

        @Override
        public long clock() {
            return now++;
        }
    }

    private static String ask(String members, byte[]... files) {
        List<String> sizes = new ArrayList<>();
        byte[] all = {};
        for (byte[] f : files) {
            sizes.add(Integer.toString(f.length));
            int from = all.length;
            all = Arrays.copyOf(all, from + f.length);
            System.arraycopy(f, 0, all, from, f.length);
        }
        String json = "{\"sizes\": [" + String.join(",", sizes) + "], " + members + "}";
        return Toolbox.answer(json.getBytes(StandardCharsets.UTF_8), all, new Jvm())
                .get();
    }

    private static byte[] bytes(Model m) {
        return ModelWriter.write(m).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void tables() {
        float[] values = {1, 10, 2, 9, 3, 2.5f, 4, 6, 5, 4};
        byte[] table = FloatBytes.bytes(values);
        assertThat(ask("\"task\": \"correlation\", \"columns\": 2", table))
                .isEqualTo(AnalysisJson.write(Correlation.pearson(Table.of(2, values))));
        assertThat(ask("\"task\": \"correlation\", \"names\": [\"x\", \"y\"], \"ranks\": true", table))
                .isEqualTo(AnalysisJson.write(Correlation.spearman(new Table(List.of("x", "y"), values))));
        assertThat(ask("\"task\": \"clusters\", \"columns\": 2, \"clusters\": 2", table))
                .contains("\"silhouette\"");
        assertThat(ask("\"task\": \"clusters\", \"columns\": 2, \"clusters\": 1", table))
                .doesNotContain("silhouette");
        assertThat(ask("\"task\": \"ensemble\", \"columns\": 2", table)).contains("\"union\": 5");
        assertThat(ask(
                        "\"task\": \"adaptation\", \"columns\": 2, \"window\": 2",
                        FloatBytes.bytes(new float[] {0, 1, 0, 1, 1, 0, 1, 1})))
                .contains("\"task\": \"1\"");
    }

    @Test
    void models() {
        byte[] m = bytes(MODEL);
        assertThat(ask("\"task\": \"signature\"", m)).contains("\"elements\": 9");
        assertThat(ask("\"task\": \"inspect\"", m)).contains("\"multiplyAdds\": 12");
        assertThat(ask("\"task\": \"compare\"", m, m)).contains("\"cosine\": 1");
        Model graft = ModelReader.load(
                        "g", ask("\"task\": \"graft\", \"combine\": \"add\", \"head\": 4, \"seed\": 3", m, m))
                .model();
        assertThat(graft).isEqualTo(new Graft(0, Combine.Elementwise.ADD, 4, 3).of(List.of(MODEL, MODEL)));
        Cursor parts = Cursor.parse("parts", ask("\"task\": \"split\", \"at\": 1", m));
        assertThat(parts.elements()).hasSize(2);
        assertThat(ModelReader.load(parts.elements().get(1), "")
                        .model()
                        .network()
                        .input())
                .isEqualTo(Shape.of(3));
        assertThat(ModelReader.load("j", ask("\"task\": \"join\"", m, m))
                        .model()
                        .network()
                        .places())
                .hasSize(4);
        assertThat(ModelReader.load("c", ask("\"task\": \"cells\", \"columns\": 2", m))
                        .model()
                        .network()
                        .grid()
                        .columns())
                .isEqualTo(2);
        assertThat(Cursor.parse("r", ask("\"task\": \"random\", \"input\": [3], \"outputs\": 2, \"count\": 4"))
                        .elements())
                .hasSize(4);
        assertThat(ask("\"task\": \"describe\"")).contains("\"operation\"");
    }

    /** A dense layer by hand, and the network's answer by the last layer. */
    @Test
    void activations() {
        float[] x = {0.5f, -0.25f};
        Cursor layers = Cursor.parse("a", ask("\"task\": \"activations\"", bytes(MODEL), FloatBytes.bytes(x)))
                .member("layers");
        assertThat(layers.elements()).hasSize(2);
        assertThat(layers.elements().get(0).member("path").string()).isEqualTo("0.0.0");
        assertThat(layers.elements().get(0).member("shape").shape()).isEqualTo(Shape.of(3));
        float[] hidden = values(layers.elements().get(0));
        float[] kernel = MODEL.parameters().get("0.0.0.kernel").values();
        for (int i = 0; i < 3; i++) {
            assertThat(hidden[i]).isCloseTo((float) Math.tanh(x[0] * kernel[i] + x[1] * kernel[3 + i]), within(1e-6f));
        }
        assertThat(values(layers.elements().get(1)))
                .containsExactly(ModelRunner.open(new ReferenceMachine(), MODEL)
                        .get()
                        .run(x, 1)
                        .get());
        assertThatThrownBy(() -> ask("\"task\": \"activations\"", bytes(MODEL), FloatBytes.bytes(new float[3])))
                .isInstanceOf(ShapeException.class)
                .hasMessage("input: 3 numbers are no sample of [2]");
    }

    /** Of a mean squared error by hand: the last layer's gradient is 2·(y − t)/2, the bias's is that, too. */
    @Test
    void gradients() {
        float[] x = {0.5f, -0.25f};
        float[] y =
                ModelRunner.open(new ReferenceMachine(), MODEL).get().run(x, 1).get();
        String request = "\"task\": \"gradients\", \"training\": {\"loss\": \"mean_squared_error\","
                + " \"schedule\": {\"type\": \"constant\", \"rate\": 0.1}}";
        Cursor all = Cursor.parse(
                "g", ask(request, bytes(MODEL), FloatBytes.bytes(x), FloatBytes.bytes(new float[] {1, 0})));
        float[] last = values(all.member("layers").elements().get(1));
        assertThat(last[0]).isEqualTo(y[0] - 1);
        assertThat(last[1]).isEqualTo(y[1]);
        List<Cursor> parameters = all.member("parameters").elements();
        assertThat(parameters.stream().map(p -> p.member("name").string()))
                .containsExactlyInAnyOrder("0.0.0.kernel", "0.0.0.bias", "0.0.1.kernel", "0.0.1.bias");
        Cursor bias = parameters.stream()
                .filter(p -> p.member("name").string().equals("0.0.1.bias"))
                .findAny()
                .orElseThrow();
        assertThat(values(bias)).containsExactly(last);
        assertThatThrownBy(() -> ask(request, bytes(MODEL), FloatBytes.bytes(x), FloatBytes.bytes(new float[3])))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("are not the same number of samples");
        assertThatThrownBy(() -> ask("\"task\": \"gradients\"", bytes(MODEL)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("training");
    }

    @Test
    void kernelsAndTheirTimes() {
        List<Cursor> kernels =
                Cursor.parse("k", ask("\"task\": \"kernels\"", bytes(MODEL))).elements();
        List<Cursor> times = Cursor.parse(
                        "p", ask("\"task\": \"profile\"", bytes(MODEL), FloatBytes.bytes(new float[] {1, 2})))
                .member("kernels")
                .elements();
        assertThat(times).hasSameSizeAs(kernels);
        for (int i = 0; i < times.size(); i++) {
            assertThat(times.get(i).member("text").string())
                    .isEqualTo(kernels.get(i).member("text").string());
        }
        assertThat(kernels.get(0).member("layers").elements().get(0).string()).isEqualTo("0.0.0");
    }

    private static float[] values(Cursor layer) {
        return FloatBytes.floats(Base64.getDecoder().decode(layer.member("data").string()));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> ask("\"task\": \"guess\""))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the name of a task");
        assertThatThrownBy(() -> ask("\"task\": \"compare\"", bytes(MODEL)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("expected at least 2 files");
        assertThatThrownBy(() -> ask("\"task\": \"graft\"")).isInstanceOf(BuildException.class);
        assertThatThrownBy(() -> ask("\"task\": \"graft\", \"combine\": \"glue\"", bytes(MODEL)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("expected one of [concat, add");
        assertThatThrownBy(() ->
                        ask("\"task\": \"correlation\", \"columns\": 1", FloatBytes.bytes(new float[] {Float.NaN})))
                .isInstanceOf(AnalysisException.class)
                .hasMessage("row 0, column 0: expected a finite number");
        assertThatThrownBy(() -> Toolbox.answer(
                        "{\"task\": \"describe\", \"sizes\": [5]}".getBytes(StandardCharsets.UTF_8),
                        new byte[4],
                        new Jvm()))
                .isInstanceOf(ModelException.class);
    }
}
