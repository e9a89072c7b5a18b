package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import loom.format.Cursor;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of Keras give what tfjs makes of them; {@code data/tfjs/cases.mjs} has asked it. */
class KerasTest {
    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    /** A model, two samples and the answers. */
    record Case(Cursor c) {
        @Override
        public String toString() {
            return c.member("name").string();
        }

        Model model() {
            return TfjsImport.load(c.member("model"), c.member("weights").base64(), OnnxOptions.NONE)
                    .model();
        }

        float[] run(Model model) {
            List<OnnxGraph.Port> ports = OnnxGraph.namedInputs(model.network()).orElseThrow();
            Map<String, float[]> inputs = new LinkedHashMap<>();
            for (int i = 0; i < ports.size(); i++) {
                inputs.put(
                        ports.get(i).name(),
                        c.member("inputs").elements().get(i).reals());
            }
            ModelRunner runner = ModelRunner.open(new ReferenceMachine(), model).get();
            float[] y = runner.run(Onnx.pack(ports, inputs, 2), 2).get();
            runner.close();
            return y;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(KerasTest.class.getResourceAsStream("/tfjs/cases.json"))) {
            return Cursor.parse("cases.json", in.readAllBytes()).elements().stream()
                    .map(Case::new);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesWhatTfjsGives(Case c) {
        Model model = c.model();
        assertThat(model.network().output().dims())
                .isEqualTo(toInts(c.c.member("shape").reals()));
        float[] expected = c.c.member("output").reals();
        float[] found = c.run(model);
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < found.length; i++) {
            float tolerance = 2e-5f * Math.max(1, Math.abs(expected[i]));
            assertThat(found[i]).as("element %s", i).isCloseTo(expected[i], within(tolerance));
        }
        String text = ModelWriter.write(model);
        assertThat(c.run(ModelReader.read("a.json", text)))
                .as("saved and read again")
                .isEqualTo(found);
    }

    private static int[] toInts(float... values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }

    @Test
    void everyLayerHasACase() throws IOException {
        TreeSet<String> left = new TreeSet<>(KerasLayers.ALL.keySet());
        cases().forEach(c -> left.removeAll(types(c.c.member("model").member("modelTopology"))));
        assertThat(left).isEmpty();
    }

    private static List<String> types(Cursor model) {
        List<String> types = new ArrayList<>(List.of(model.member("class_name").string()));
        Cursor config = model.member("config");
        if (config.isObject() && config.has("layers")) {
            config.member("layers").elements().forEach(l -> types.addAll(types(l)));
        }
        if (config.isObject() && config.has("layer")) {
            types.addAll(types(config.member("layer")));
        }
        return types;
    }
}
