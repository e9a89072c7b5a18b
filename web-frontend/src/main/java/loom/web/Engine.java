package loom.web;

import java.util.TreeMap;
import loom.format.Door;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.format.ModelWriter;
import loom.format.TensorSource;
import loom.graph.ElementType;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.machine.Completion;
import loom.machine.wasm.WasmExecution;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.run.ModelRunner;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/** The models of one instance of loom.wasm or loom-full.wasm, by the numbers the page knows them by. */
final class Engine {
    private final Backends backends;
    private final TreeMap<Integer, Open> models = new TreeMap<>();
    private int lastNumber;

    Engine(Backends backends) {
        this.backends = backends;
    }

    /** Of a model that only names its weights: loom.js then gives the file beside it, too, to an engine that reads it (see {@link FullMain}). */
    static final TensorSource ASK = name -> {
        throw new RequestException("WEIGHTS", "the tensor " + name + " is in a file of its own", "");
    };

    /** Reads a model file. */
    interface Loader {
        LoadedModel load(JavaScriptFile file);
    }

    /** A model from a file, on a machine. */
    private record Open(String name, ModelRunner runner) {}

    /** Answers {@code {"model", "backend", "why", "needsFile", "info"}}: receipts and what is saved may need the file again. */
    Completion<JSObject> load(Loader loader, JSObject file, String name, String wanted, Reply reply) {
        reply.progress("read", 0, Glue.bytesLength(file));
        LoadedModel loaded = loader.load(new JavaScriptFile(name, file));
        reply.progress("compile", 0, 0);
        return backends.open(() -> backends.choose(wanted, loaded.model())
                .then(choice -> ModelRunner.open(choice.machine(), choice.adapter(), loaded.model())
                        .map(runner -> opened(name, loaded, runner, choice.why()))));
    }

    private JSObject opened(String name, LoadedModel loaded, ModelRunner runner, String why) {
        int number = ++lastNumber;
        models.put(number, new Open(name, runner));
        JsonWriter w = new JsonWriter().beginObject();
        w.key("model").whole(number);
        w.key("backend").text(runner.machine().name());
        w.key("why").text(why);
        w.key("needsFile").flag(runner.machine().canBeLost() && !isHeld(runner.model()));
        Info.write(w.key("info"), loaded, runner.memoryBytes());
        return JSString.valueOf(w.endObject().finish());
    }

    private static boolean isHeld(Model model) {
        for (Tensor t : model.parameters().values()) {
            if (!t.isHeld()) {
                return false;
            }
        }
        return true;
    }

    /** Takes the input's and answers the output's bits as Uint8Arrays, WebAssembly in {@code place} if that has the output's size. */
    Completion<JSObject> run(int model, JSObject input, JSObject place, int batch) {
        ModelRunner runner = model(model).runner();
        if (!(runner.machine() instanceof WasmMachine)) {
            return backends.runOnGpu(runner, input, batch)
                    .orElseGet(() -> runner.run(Transfer.floats(input), batch).map(Transfer::toBytes));
        }
        runner.check(Glue.bytesLength(input) >> 2, batch);
        return runner.run(
                batch,
                e -> feed((WasmExecution) e, input),
                e -> Completion.of(output((WasmExecution) e, batch, place)));
    }

    /** From JavaScript's memory to the kernels' in one copy: megabytes would take longer through Java's arrays than to compute. */
    private static void feed(WasmExecution e, JSObject input) {
        int buffer = e.program().source(NetworkLowering.INPUT);
        Glue.bytesToMemory(input, BrowserWasmHost.javaScript(e.memory()), e.address(buffer));
        if (!e.admit(buffer)) {
            // The slow door says which value it is.
            Door.round(Transfer.floats(input), "input");
            throw new IllegalStateException("two doors disagree");
        }
    }

    private static JSObject output(WasmExecution e, int batch, JSObject place) {
        int buffer = e.program().output(NetworkLowering.OUTPUT);
        int bytes = e.program().buffer(buffer).type().shape().elements(batch) * ElementType.BYTES;
        return Glue.bytesOfMemory(BrowserWasmHost.javaScript(e.memory()), e.address(buffer), bytes, place);
    }

    /** Answers a receipt of the run as JSON. */
    Completion<JSObject> receipt(int model, float[] input, int batch) {
        Open open = model(model);
        ReceiptOptions options = new ReceiptOptions(open.name(), "", false, false);
        return open.runner().receipt(input, batch, options).map(r -> JSString.valueOf(ReceiptJson.write(r)));
    }

    /** The model in our own format. */
    String save(int model) {
        return ModelWriter.write(model(model).runner().model());
    }

    /** What the model takes on its machine now. */
    long memory(int model) {
        return model(model).runner().memoryBytes();
    }

    void close(int model) {
        model(model).runner().close();
        models.remove(model);
    }

    private Open model(int number) {
        Open model = models.get(number);
        if (model == null) {
            throw new RequestException("CLOSED", "there is no model " + number, "");
        }
        return model;
    }
}
