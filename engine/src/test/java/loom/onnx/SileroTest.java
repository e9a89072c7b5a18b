package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.model.OnnxGraph.Port;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silero's voice activity detectors, fetched by {@code data/onnx.sh}: what onnxruntime-web 1.20.1 gives for the same sound. */
class SileroTest {
    private static final int CHUNKS = 4;

    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    @ParameterizedTest
    @CsvSource({
        "silero_vad_legacy.onnx, 1536, 0.059260327, 0.02667599, 0.026311437, 0.024188051",
        "silero_vad_v5.onnx, 576, 0.0537484, 0.08505452, 0.05023396, 0.029460728",
        "silero_vad_v6.onnx, 576, 0.10178006, 0.08775678, 0.18494204, 0.086997986",
    })
    void hearsWhatOnnxruntimeHears(String file, int length, double a, double b, double c, double d) throws IOException {
        Path path = Path.of("..", "data", "onnx", file);
        assumeTrue(Files.exists(path), "data/onnx.sh fetches it");
        Map<String, Integer> dimensions = new LinkedHashMap<>();
        dimensions.put("input[1]", length);
        dimensions.put("state[1]", OnnxOptions.BATCH);
        OnnxOptions options = new OnnxOptions(dimensions, Map.of("sr", new float[] {16000}));
        Model model = OnnxImport.load(file, Files.readAllBytes(path), options).model();
        float[] reference = listen(new ReferenceMachine(), model, length);
        for (int i = 0; i < CHUNKS; i++) {
            assertThat((double) reference[i]).isCloseTo(new double[] {a, b, c, d}[i], within(1e-6));
        }
        assertThat(listen(new WasmMachine(new GraalWasmHost()), model, length)).isEqualTo(reference);
    }

    /** What it says of every chunk; its state goes from one to the next. */
    private static float[] listen(Machine machine, Model model, int length) {
        List<Port> in = OnnxGraph.namedInputs(model.network()).orElseThrow();
        List<Port> out = OnnxGraph.namedOutputs(model.network()).orElseThrow();
        ModelRunner runner = ModelRunner.open(machine, model).get();
        Map<String, float[]> values = new LinkedHashMap<>();
        in.forEach(p -> values.put(p.name(), new float[p.elements()]));
        float[] heard = new float[CHUNKS];
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            float[] sound = new float[length];
            for (int i = 0; i < length; i++) {
                sound[i] = sound(chunk * length + i);
            }
            values.put("input", sound);
            Map<String, float[]> y =
                    Onnx.unpack(out, runner.run(Onnx.pack(in, values, 1), 1).get(), 1);
            heard[chunk] = y.get("output")[0];
            if (y.containsKey("hn")) {
                values.put("h", y.get("hn"));
                values.put("c", y.get("cn"));
            } else {
                values.put("state", y.get("stateN"));
            }
        }
        runner.close();
        return heard;
    }

    /** A triangle wave of 100 Hz at 16 kHz whose loudness steps. */
    private static float sound(int t) {
        int phase = t % 160;
        return (phase < 80 ? phase - 40 : 120 - phase) / 200f * (t / 400 % 4 + 1) / 4f;
    }
}
