package loom.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loom.format.Cursor;
import loom.format.ModelReader;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import org.junit.jupiter.api.Test;

/** The language detector that {@code data/lande.sh} fetches, on the labelled sentences of its own test. */
class LandeTest {
    private static final Path FOLDER = Path.of("..", "data", "lande");

    @Test
    void tellsEveryLanguage() throws IOException {
        assumeTrue(Files.exists(FOLDER.resolve("sentences.json")), "data/lande.sh fetches it");
        Model model = ModelReader.read("model.json", Files.readAllBytes(FOLDER.resolve("model.json")));
        List<Cursor> sentences = Cursor.parse("sentences.json", Files.readAllBytes(FOLDER.resolve("sentences.json")))
                .member("sentences")
                .elements();
        int width = model.network().input().dim(0);
        float[] x = new float[sentences.size() * width];
        for (int i = 0; i < sentences.size(); i++) {
            System.arraycopy(sentences.get(i).member("input").reals(), 0, x, i * width, width);
        }
        float[] y = run(new ReferenceMachine(), model, x, sentences.size());
        assertThat(sentences).hasSizeGreaterThan(40);
        for (int i = 0; i < sentences.size(); i++) {
            int best = 0;
            int classes = y.length / sentences.size();
            for (int k = 0; k < classes; k++) {
                best = y[i * classes + k] > y[i * classes + best] ? k : best;
            }
            assertThat(best)
                    .as(sentences.get(i).member("sentence").string())
                    .isEqualTo(sentences.get(i).member("class").whole(0, classes - 1));
        }
        assertThat(run(new WasmMachine(new GraalWasmHost()), model, x, sentences.size()))
                .isEqualTo(y);
    }

    private static float[] run(Machine machine, Model model, float[] x, int batch) {
        ModelRunner runner = ModelRunner.open(machine, model).get();
        float[] y = runner.run(x, batch).get();
        runner.close();
        return y;
    }
}
