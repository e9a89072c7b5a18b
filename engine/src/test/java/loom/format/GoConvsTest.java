package loom.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.numeric.Base64;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** Convolutions of the Go engine of which no answer was recorded: images, and several in a row. */
class GoConvsTest {
    private static String config(String... layers) {
        return "{\"id\": \"go\", \"grid_rows\": 1, \"grid_cols\": 1, \"layers_per_cell\": " + layers.length
                + ", \"layers\": [" + String.join(", ", layers) + "]}";
    }

    @Test
    void imagesAndWhatComesAfter() {
        Model m = ModelReader.read(
                "go.json",
                config(
                        "{\"type\": \"conv2d\", \"activation\": \"relu\", \"input_channels\": 2, \"filters\": 3,"
                                + " \"kernel_size\": 3, \"stride\": 2, \"padding\": 1, \"input_height\": 5, \"input_width\": 4,"
                                + " \"output_height\": 3, \"output_width\": 2}",
                        "{\"type\": \"conv2d\", \"activation\": \"tanh\", \"input_channels\": 3, \"filters\": 2,"
                                + " \"kernel_size\": 2, \"input_height\": 3, \"input_width\": 2}",
                        "{\"type\": \"dense\", \"activation\": \"tanh\", \"input_size\": 4, \"output_size\": 7}"));
        assertEquals(Shape.of(2 * 5 * 4), m.network().input());
        assertEquals(Shape.of(7), m.network().output());
        assertEquals(
                Shape.of(3, 2, 3, 3),
                m.network().parameters().get("0.0.0.1.kernel").shape());
    }

    @Test
    void weightsAreFiltersOfChannelsOfRows() {
        String weights = "{\"type\": \"float32\", \"layers\": [{\"kernel\": [1, 10, 100, 1000, 2, 20, 200, 2000],"
                + " \"conv_bias\": [0.5]}]}";
        String bundle = "{\"type\": \"modelhost/bundle\", \"version\": 1, \"models\": [{\"id\": \"go\", \"cfg\": "
                + config("{\"type\": \"conv2d\", \"activation\": \"leaky_relu\", \"input_channels\": 2, \"filters\": 1,"
                        + " \"kernel_size\": 2, \"stride\": 1, \"input_height\": 2, \"input_width\": 3}")
                + ", \"weights\": {\"fmt\": \"jsonModelB64\", \"data\": \""
                + Base64.encode(weights.getBytes(StandardCharsets.UTF_8)) + "\"}}]}";
        Model m = ModelReader.read("go.json", bundle);
        float[] y = ModelRunner.open(new ReferenceMachine(), m)
                .get()
                .run(new float[] {1, 2, 3, 4, 5, 6, 1, 0, 0, 0, 0, 1}, 1)
                .get();
        assertArrayEquals(new float[] {1 + 20 + 400 + 5000 + 2 + 0.5f, 2 + 30 + 500 + 6000 + 2000 + 0.5f}, y);
    }
}
