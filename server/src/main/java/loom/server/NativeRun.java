package loom.server;

import java.util.List;
import loom.format.Cursor;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.TensorJson;
import loom.graph.ShapeException;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.machine.Machine;
import loom.machine.NumericTrap;
import loom.model.LayerException;
import loom.model.Tensor;
import loom.run.ModelRunner;

/**
 * One run on a machine of the JVM, from a request's text to an answer's: {@code {"file", "model", "id", "input", "machine", "trace"}}. The model is
 * a file's text or its JSON object; {@code file} (its name, for errors), {@code id} (which model of a bundle), {@code machine} (the
 * parallel one) and {@code trace} (whether the receipt has every value; it has not) may be absent.
 */
final class NativeRun {
    private static final String MODEL = "model";
    private static final String INPUT = "input";

    private static final String MACHINE = "machine";
    private static final String TRACE = "trace";
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    /** Its threads serve all requests. */
    private static final Machine PARALLEL = Machines.PARALLEL.create(THREADS);

    private NativeRun() {}

    static String answer(byte[] request) {
        Cursor root = parse(request);
        LoadedModel loaded = model(root);
        Tensor x = input(root);
        Machine machine = machine(root);
        boolean trace = root.optional(TRACE).map(Cursor::flag).orElse(false);
        ModelRunner runner = ModelRunner.open(machine, loaded.model()).get();
        try {
            checkShape(runner, x);
            Tensor y = runner.run(x).get();
            JsonWriter w = new JsonWriter().beginObject();
            w.key(MACHINE).text(runner.machine().name());
            w.key("output").json(TensorJson.write(y, true));
            w.key("receipt")
                    .json(ReceiptJson.write(runner.receipt(x, new ReceiptOptions("", "", false, trace))
                            .get()));
            return w.endObject().finish();
        } catch (NumericTrap e) {
            throw new NativeException(NativeException.Code.TRAP, e.getMessage(), "", "", e.layer(), "");
        } finally {
            runner.close();
        }
    }

    private static Cursor parse(byte[] request) {
        try {
            Cursor root = Cursor.parse("request", request);
            root.allow(List.of("file", MODEL, "id", INPUT, MACHINE, TRACE));
            root.member(MODEL);
            root.member(INPUT);
            root.optional("file").ifPresent(Cursor::string);
            root.optional("id").ifPresent(Cursor::string);
            root.optional(MACHINE).ifPresent(Cursor::string);
            root.optional(TRACE).ifPresent(Cursor::flag);
            return root;
        } catch (ModelException e) {
            throw NativeException.of(NativeException.Code.REQUEST, e);
        }
    }

    private static LoadedModel model(Cursor root) {
        Cursor model = root.member(MODEL);
        String id = root.optional("id").map(Cursor::string).orElse("");
        try {
            if (model.isString()) {
                String file = root.optional("file").map(Cursor::string).orElse(MODEL);
                return ModelReader.load(file, model.string(), id);
            }
            return ModelReader.load(model, id);
        } catch (ModelException e) {
            throw NativeException.of(NativeException.Code.MODEL, e);
        } catch (LayerException e) {
            throw new NativeException(NativeException.Code.MODEL, e.getMessage(), "", "", e.layer(), "");
        }
    }

    private static Machine machine(Cursor root) {
        String name = root.optional(MACHINE).map(Cursor::string).orElse(PARALLEL.name());
        Machines machine = Machines.of(name)
                .orElseThrow(() -> new NativeException(
                        NativeException.Code.REQUEST,
                        "no machine \"" + name + "\"; known: " + String.join(", ", Machines.labels()),
                        "request",
                        "$." + MACHINE,
                        "",
                        ""));
        return machine == Machines.PARALLEL ? PARALLEL : machine.create(THREADS);
    }

    private static Tensor input(Cursor root) {
        try {
            return TensorJson.read(root.member(INPUT));
        } catch (ModelException e) {
            throw NativeException.of(NativeException.Code.INPUT, e);
        }
    }

    private static void checkShape(ModelRunner runner, Tensor x) {
        try {
            runner.batchOf(x.shape());
        } catch (ShapeException e) {
            throw new NativeException(NativeException.Code.SHAPE, e.getMessage(), "", "$.input.shape", "", "");
        }
    }
}
