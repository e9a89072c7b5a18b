package loom.e2e.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files of the front end, as the server has them. */
final class Resources {
    private Resources() {}

    static boolean exists(String name) {
        return Resources.class.getClassLoader().getResource(name) != null;
    }

    static byte[] bytes(String name) {
        try (InputStream in = Resources.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + name + " on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
