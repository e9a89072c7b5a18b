package loom.web;

import loom.inspect.EngineVersion;
import loom.wgsl.Header;
import org.teavm.jso.JSExport;

/** Entry point of the WebAssembly module; its exports are what the page's scripts call. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {}

    /** The engine's version. */
    @JSExport
    public static String version() {
        return EngineVersion.text();
    }

    /** The comment that opens the shader of a kernel. */
    @JSExport
    public static String shaderHeader(String kernel) {
        return Header.of(kernel);
    }
}
