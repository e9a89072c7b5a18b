package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import loom.format.Cursor;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network that {@code data/upscaler.sh} fetches doubles the corner of its own picture. An output depends on what is up to ten pixels away,
 * so all but the cut edge is the picture that came with it, which has whole numbers: half of one is the tolerance, and a little for f32.
 */
class UpscalerTest {
    private static final Path FOLDER = Path.of("..", "data", "upscaler");
    private static final int REACH = 10;

    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    private static Model model(int side) throws IOException {
        assumeTrue(Files.exists(FOLDER.resolve("result.png")), "data/upscaler.sh fetches it");
        Cursor root = Cursor.parse("model.json", Files.readAllBytes(FOLDER.resolve("model.json")));
        OnnxOptions options = new OnnxOptions(Map.of("LR[1]", side, "LR[2]", side), Map.of());
        byte[] weights =
                Files.readAllBytes(FOLDER.resolve(TfjsImport.shards(root).get(0)));
        return TfjsImport.load(root, weights, options).model();
    }

    /** The left upper corner of a picture. */
    private static float[] pixels(String file, int side) throws IOException {
        BufferedImage image = ImageIO.read(FOLDER.resolve(file).toFile());
        float[] x = new float[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            int rgb = image.getRGB(i % side, i / side);
            for (int c = 0; c < 3; c++) {
                x[3 * i + c] = rgb >> (16 - 8 * c) & 255;
            }
        }
        return x;
    }

    private static float[] run(Machine machine, int side) throws IOException {
        ModelRunner runner = ModelRunner.open(machine, model(side)).get();
        float[] y = runner.run(pixels("fixture.png", side), 1).get();
        runner.close();
        return y;
    }

    @Test
    void makesThePictureThatCameWithIt() throws IOException {
        int side = 40;
        float[] y = run(new ReferenceMachine(), side);
        float[] expected = pixels("result.png", 2 * side);
        for (int i = 0; i < expected.length; i++) {
            int column = i / 3 % (2 * side);
            int row = i / 3 / (2 * side);
            if (column < 2 * (side - REACH) && row < 2 * (side - REACH)) {
                float shown = Math.max(0, Math.min(255, y[i]));
                assertThat(shown).as("row %s, column %s", row, column).isCloseTo(expected[i], within(0.501f));
            }
        }
    }

    @Test
    void webAssemblyGivesTheSameBits() throws IOException {
        float[] y = run(new ReferenceMachine(), 12);
        assertThat(run(new WasmMachine(new GraalWasmHost()), 12)).isEqualTo(y);
    }
}
