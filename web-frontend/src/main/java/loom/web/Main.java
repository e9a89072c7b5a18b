package loom.web;

import loom.inspect.EngineVersion;
import loom.machine.Completion;
import loom.wgsl.Header;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/**
 * Entry point of loom.wasm. What is exported here is all that {@code src/main/js/engine.js} calls; every request answers
 * through its {@link Reply} and throws nothing.
 */
public final class Main {
    private static final Engine ENGINE = new Engine();

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

    /**
     * Loads a model.
     *
     * @param file the file's bytes, a Uint8Array
     * @param name the file's name, for errors
     * @param backend auto, webgpu, wasm or reference
     */
    @JSExport
    public static void load(JSObject file, String name, String backend, Reply reply) {
        Reply.answer(reply, () -> ENGINE.load(Transfer.bytes(file), name, backend, reply));
    }

    /**
     * Runs a model.
     *
     * @param input the samples' bits, a Uint8Array
     */
    @JSExport
    public static void run(int model, JSObject input, int batch, Reply reply) {
        Reply.answer(reply, () -> ENGINE.run(model, input, batch));
    }

    /** Runs a model and gives a receipt, as JSON, in place of the output. */
    @JSExport
    public static void receipt(int model, JSObject input, int batch, Reply reply) {
        Reply.answer(reply, () -> ENGINE.receipt(model, Transfer.floats(input), batch));
    }

    /** Gives a model as a file of our own format. */
    @JSExport
    public static void save(int model, Reply reply) {
        Reply.answer(reply, () -> Completion.of(JSString.valueOf(ENGINE.save(model))));
    }

    /** Tells how many bytes a model takes on its machine, as text. */
    @JSExport
    public static void memory(int model, Reply reply) {
        Reply.answer(reply, () -> Completion.of(JSString.valueOf(Long.toString(ENGINE.memory(model)))));
    }

    /** Gives a model's memory back. */
    @JSExport
    public static void close(int model, Reply reply) {
        Reply.answer(reply, () -> {
            ENGINE.close(model);
            return Completion.of(JSString.valueOf(""));
        });
    }
}
