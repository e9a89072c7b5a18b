package loom.web;

import loom.format.CommonModels;
import loom.format.LoadedModel;
import loom.inspect.EngineVersion;
import loom.machine.Completion;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/**
 * Entry point of loom.wasm, which has what most pages need: models of our own format with {@link loom.model.Layer.Common} layers, and WebAssembly. All else
 * it answers with the code FULL; loom.js then turns to {@link FullMain}. What is exported here is all that {@code src/main/js/engine.js} calls; every request answers
 * through its {@link Reply} and throws nothing.
 */
public final class Main {
    private static final Engine ENGINE = new Engine(new Backends(new NoGpu()));

    private Main() {}

    public static void main(String[] args) {}

    /** The engine's version. */
    @JSExport
    public static String version() {
        return EngineVersion.text();
    }

    /**
     * Loads a model.
     *
     * @param file the file's bytes, as {@link JavaScriptFile} takes them
     * @param name the file's name, for errors
     * @param backend auto, webgpu, wasm or reference
     */
    @JSExport
    public static void load(JSObject file, String name, String backend, Reply reply) {
        Reply.answer(reply, () -> ENGINE.load(Main::read, file, name, backend, reply));
    }

    private static LoadedModel read(JavaScriptFile file) {
        return CommonModels.load(file.name(), file.whole(), Engine.ASK);
    }

    /**
     * Runs a model.
     *
     * @param input the samples' bits, a Uint8Array
     * @param place where the output may go if it has its size, a Uint8Array; the answer is the output's bits, there or in a new one
     */
    @JSExport
    public static void run(int model, JSObject input, JSObject place, int batch, Reply reply) {
        Reply.answer(reply, () -> ENGINE.run(model, input, place, batch));
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
