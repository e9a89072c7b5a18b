package loom.model;

import static loom.model.PoolTest.answer;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import loom.graph.Shape;
import loom.graph.Words;
import org.junit.jupiter.api.Test;

/** Layers that add, repeat or cut off positions. */
class SpatialTest {
    private static void refuses(Layer layer, Shape input, String message) {
        assertThatThrownBy(() -> Network.of("", input, layer))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining(message);
    }

    @Test
    void upsampleNearest() {
        assertArrayEquals(
                new float[] {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4},
                answer(new Upsample(Words.of(2, 3), new Interpolation.Nearest()), Shape.of(1, 2, 2), 1, 2, 3, 4));
        assertArrayEquals(
                new float[] {1, 1, 2, 2, 5, 5, 6, 6},
                answer(new Upsample(Words.of(2), new Interpolation.Nearest()), Shape.of(2, 2), 1, 2, 5, 6));
    }

    @Test
    void upsampleLinear() {
        // Centres of the new positions lie at −1/4, 1/4, 3/4, … of the old ones.
        assertArrayEquals(
                new float[] {0, 2, 6, 10, 14, 16},
                answer(new Upsample(Words.of(2), new Interpolation.Linear(false)), Shape.of(1, 3), 0, 8, 16));
        assertArrayEquals(
                new float[] {0, 3, 6, 9, 12, 15},
                answer(new Upsample(Words.of(2), new Interpolation.Linear(true)), Shape.of(1, 3), 0, 7.5f, 15));
        assertArrayEquals(
                new float[] {5, 5, 5},
                answer(new Upsample(Words.of(3), new Interpolation.Linear(false)), Shape.of(1, 1), 5));
        assertArrayEquals(
                new float[] {5, 5, 5},
                answer(new Upsample(Words.of(3), new Interpolation.Linear(true)), Shape.of(1, 1), 5));
    }

    /** Both axes of an image at once, against the formula in double precision. */
    @Test
    void upsampleBilinear() {
        Random r = new Random(3);
        float[] x = new float[2 * 3 * 5];
        for (int i = 0; i < x.length; i++) {
            x[i] = r.nextInt(-32, 32) / 16f;
        }
        float[] y = answer(new Upsample(Words.of(4, 3), new Interpolation.Linear(false)), Shape.of(2, 3, 5), x);
        for (int c = 0; c < 2; c++) {
            for (int i = 0; i < 12; i++) {
                for (int j = 0; j < 15; j++) {
                    double a = Math.max(0, Math.min(2, (i + 0.5) / 4 - 0.5));
                    double b = Math.max(0, Math.min(4, (j + 0.5) / 3 - 0.5));
                    int i0 = (int) Math.min(1, a);
                    int j0 = (int) Math.min(3, b);
                    int at = (c * 3 + i0) * 5 + j0;
                    double top = x[at] + (b - j0) * (x[at + 1] - x[at]);
                    double bottom = x[at + 5] + (b - j0) * (x[at + 6] - x[at + 5]);
                    assertEquals(top + (a - i0) * (bottom - top), y[(c * 12 + i) * 15 + j], 1e-6);
                }
            }
        }
    }

    @Test
    void pad() {
        Shape s = Shape.of(1, 3);
        Words size = Words.of(2, 1);
        assertArrayEquals(new float[] {0, 0, 1, 2, 3, 0}, answer(new Pad(size, PadMode.Constant.ZEROS), s, 1, 2, 3));
        assertArrayEquals(new float[] {7, 7, 1, 2, 3, 7}, answer(new Pad(size, new PadMode.Constant(7)), s, 1, 2, 3));
        assertArrayEquals(new float[] {1, 1, 1, 2, 3, 3}, answer(new Pad(size, new PadMode.Edge()), s, 1, 2, 3));
        assertArrayEquals(new float[] {3, 2, 1, 2, 3, 2}, answer(new Pad(size, new PadMode.Reflect()), s, 1, 2, 3));
        assertArrayEquals(new float[] {2, 3, 1, 2, 3, 1}, answer(new Pad(size, new PadMode.Wrap()), s, 1, 2, 3));
        // One axis after the other: corners hold what both say.
        assertArrayEquals(
                new float[] {4, 3, 4, 3, 2, 1, 2, 1, 4, 3, 4, 3, 2, 1, 2, 1},
                answer(new Pad(Words.of(1), new PadMode.Reflect()), Shape.of(1, 2, 2), 1, 2, 3, 4));
    }

    @Test
    void crop() {
        float[] x = new float[2 * 3 * 4];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        Shape s = Shape.of(2, 3, 4);
        assertArrayEquals(new float[] {5, 6, 17, 18}, answer(new Crop(Words.of(1)), s, x));
        assertArrayEquals(new float[] {2, 3, 6, 7, 14, 15, 18, 19}, answer(new Crop(Words.of(0, 2, 1, 0)), s, x));
    }

    @Test
    void errors() {
        Shape s = Shape.of(1, 3);
        refuses(new Crop(Words.of(1, 2)), s, "crop leaves 0 of the 3 positions of spatial axis 0");
        refuses(
                new Pad(Words.of(3, 0), new PadMode.Reflect()),
                s,
                "pad by 3 and 0: at most 2 beside the 3 positions of spatial axis 0");
        refuses(new Pad(Words.of(0, 4), new PadMode.Wrap()), s, "at most 3 beside");
        refuses(new Pad(Words.of(1, 2, 3), new PadMode.Edge()), s, "size has 3 numbers for 1 axes");
        refuses(new Upsample(Words.of(2, 2), new Interpolation.Nearest()), s, "scale has 2 numbers for 1 axes");
        refuses(new Upsample(Words.of(2), new Interpolation.Nearest()), Shape.of(3), "needs [channels, ...]");
        assertThatThrownBy(() -> new Upsample(Words.of(0), new Interpolation.Nearest()))
                .isInstanceOf(FieldException.class);
    }
}
