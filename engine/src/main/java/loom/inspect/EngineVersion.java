package loom.inspect;

/** The engine's version, as receipts and generated files name it. */
public final class EngineVersion {
    private EngineVersion() {}

    /** Kept equal to the build's version by a test: nothing is read from the jar, which the browser does not have. */
    public static String text() {
        return "0.1.0-SNAPSHOT";
    }
}
