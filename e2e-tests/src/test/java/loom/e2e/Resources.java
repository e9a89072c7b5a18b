package loom.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files on the class path: those of the front end as the server has them, and data of tests. Names have no slash before them. */
public final class Resources {
    private Resources() {}

    public static boolean exists(String name) {
        return Resources.class.getClassLoader().getResource(name) != null;
    }

    public static byte[] bytes(String name) {
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
