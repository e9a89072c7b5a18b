package loom.web;

import java.util.function.Supplier;
import loom.analysis.AnalysisException;
import loom.build.BuildException;
import loom.format.ModelException;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.tools.Toolbox;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/** Entry point of loom-analysis.wasm: analysis, comparison and building, a file of its own because most pages need none of it. */
public final class AnalysisMain {
    private AnalysisMain() {}

    public static void main(String[] args) {}

    /**
     * As {@link Toolbox#answer}.
     *
     * @param request JSON, a Uint8Array as {@code files} is
     */
    @JSExport
    public static void analyse(JSObject request, JSObject files, Reply reply) {
        Supplier<String> work = () -> Toolbox.answer(Transfer.bytes(request), Transfer.bytes(files));
        Completion.of(work)
                .map(Supplier::get)
                .whenDone(text -> reply.done(JSString.valueOf(text)), e -> fail(e, reply));
    }

    private static void fail(RuntimeException e, Reply reply) {
        if (e instanceof ModelException m && m.file().equals(Toolbox.REQUEST)) {
            reply.failed("CONFIG", m.problem(), "", m.path(), m.hint());
        } else if (e instanceof AnalysisException || e instanceof BuildException) {
            reply.failed("INPUT", e.getMessage(), "", "", "");
        } else if (e instanceof ShapeException) {
            reply.failed("SHAPE", e.getMessage(), "", "", "");
        } else {
            Reply.fail(e, reply);
        }
    }
}
