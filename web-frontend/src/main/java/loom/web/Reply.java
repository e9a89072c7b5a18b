package loom.web;

import java.util.function.Supplier;
import loom.format.ModelException;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.NumericTrap;
import loom.model.FieldException;
import loom.model.LayerException;
import loom.model.LeftOut;
import org.teavm.jso.JSObject;

/** Where a request's answer goes: to {@code src/main/js/engine.js}, now or later. Texts that do not apply are empty. */
interface Reply extends JSObject {
    /** What the door calls a run's input in place of a JSON path. */
    String INPUT = "input";

    void done(JSObject value);

    void failed(String code, String message, String layer, String path, String hint);

    void failed(String code, String message, String layer, String path, String hint, String file);

    /** {@code total} is 0 where it is not known. */
    void progress(String phase, int loaded, int total);

    /** Answers with what completes, now or later, or says what went wrong. */
    static void answer(Reply reply, Supplier<Completion<JSObject>> work) {
        Completion.of(work).then(Supplier::get).whenDone(reply::done, e -> fail(e, reply));
    }

    /** Each family of exceptions is a code; one that is none of them means that the engine itself is at fault. */
    static void fail(RuntimeException e, Reply reply) {
        if (e instanceof ModelException m && m.path().equals(INPUT)) {
            reply.failed("INPUT", "input " + m.problem(), "", "", m.hint());
        } else if (e instanceof ModelException m) {
            reply.failed("MODEL", m.problem(), m.layer(), m.path(), m.hint());
        } else if (e instanceof LayerException m) {
            reply.failed("MODEL", m.getMessage(), m.layer(), "", "");
        } else if (e instanceof ShapeException || e instanceof FieldException) {
            reply.failed("MODEL", e.getMessage(), "", "", "");
        } else if (e instanceof LeftOut) {
            reply.failed("FULL", e.getMessage(), "", "", "");
        } else if (e instanceof RequestException r) {
            reply.failed(r.code(), r.getMessage(), "", "", r.hint());
        } else if (e instanceof NumericTrap t) {
            reply.failed("TRAP", t.getMessage(), t.layer(), "", "");
        } else if (e instanceof DeviceException) {
            reply.failed("DEVICE", e.getMessage(), "", "", "");
        } else {
            reply.failed("ENGINE", "the engine is at fault: " + e, "", "", "Please report this with the model.");
        }
    }
}
