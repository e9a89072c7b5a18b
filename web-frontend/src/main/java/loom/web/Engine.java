package loom.web;

import java.util.TreeMap;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.machine.Completion;
import loom.run.ModelRunner;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/** The models of one instance of loom.wasm, by the numbers the page knows them by. */
final class Engine {
    private final Backends backends = new Backends();
    private final TreeMap<Integer, Open> models = new TreeMap<>();
    private int lastNumber;

    /** A model from a file, on a machine. */
    private record Open(String name, LoadedModel file, ModelRunner runner) {}

    /** Answers {@code {"model", "backend", "why", "info"}}. */
    Completion<JSObject> load(byte[] file, String name, String wanted, Reply reply) {
        reply.progress("read", 0, file.length);
        LoadedModel loaded = ModelReader.load(name, file);
        reply.progress("compile", 0, 0);
        return backends.choose(wanted, loaded.model())
                .then(choice -> ModelRunner.open(choice.machine(), choice.adapter(), loaded.model())
                        .map(runner -> opened(name, loaded, runner, choice.why())));
    }

    private JSObject opened(String name, LoadedModel loaded, ModelRunner runner, String why) {
        int number = ++lastNumber;
        models.put(number, new Open(name, loaded, runner));
        JsonWriter w = new JsonWriter().beginObject();
        w.key("model").whole(number);
        w.key("backend").text(runner.machine().name());
        w.key("why").text(why);
        Info.write(w.key("info"), loaded, runner.memoryBytes());
        return JSString.valueOf(w.endObject().finish());
    }

    /** Answers the output's bits as a Uint8Array. */
    Completion<JSObject> run(int model, float[] input, int batch) {
        return model(model).runner().run(input, batch).map(Transfer::toBytes);
    }

    /** Answers a receipt of the run as JSON. */
    Completion<JSObject> receipt(int model, float[] input, int batch) {
        Open open = model(model);
        ReceiptOptions options = new ReceiptOptions(open.name(), "", false, false);
        return open.runner().receipt(input, batch, options).map(r -> JSString.valueOf(ReceiptJson.write(r)));
    }

    /** The model in our own format. */
    String save(int model) {
        return ModelWriter.write(model(model).file().model());
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
