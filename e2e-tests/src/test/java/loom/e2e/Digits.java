package loom.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import loom.train.Idx;

/** The bundled test digits as the playground feeds them. */
final class Digits {
    static final int ELEMENTS = 784;

    /** The bundled classifier. */
    static final String MODEL = new String(resource("models/digits.json"), StandardCharsets.UTF_8);

    private static final float[] PIXELS =
            Idx.parse("images.idx", resource("digits/images.idx")).scaled();

    private Digits() {}

    static float[] of(int from, int count) {
        return Arrays.copyOfRange(PIXELS, from * ELEMENTS, (from + count) * ELEMENTS);
    }

    /** A file of the bundled digits: images.idx or labels.idx. */
    static byte[] file(String name) {
        return resource("digits/" + name);
    }

    private static byte[] resource(String name) {
        return Resources.bytes("META-INF/resources/" + name);
    }
}
