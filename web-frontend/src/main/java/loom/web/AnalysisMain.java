package loom.web;

import java.util.function.Supplier;
import loom.analysis.AnalysisException;
import loom.build.BuildException;
import loom.format.JsonWriter;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.LeftOut;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.program.Compiler;
import loom.program.Kernel;
import loom.program.Program;
import loom.tools.Breeding;
import loom.tools.Pipeline;
import loom.tools.Toolbox;
import loom.wgsl.KernelShaders;
import loom.wgsl.Shader;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/** Entry point of loom-analysis.wasm: analysis, comparison and building, a file of its own because most pages need none of it. */
public final class AnalysisMain {
    private static final Backends BACKENDS = new Backends(new Gpus());

    private static final Opened<Breeding> BREEDINGS = new Opened<>("breeding");
    private static final Opened<Pipeline> PIPELINES = new Opened<>("pipeline");

    private AnalysisMain() {}

    public static void main(String[] args) {}

    /** The browser's machines and clock. */
    private static final class Browser implements Toolbox.Platform {
        @Override
        public Completion<Machine> machine(String name, Model model) {
            return BACKENDS.choose(name, model).map(choice -> {
                if (!name.equals("auto") && !choice.machine().name().equals(name)) {
                    throw new RequestException("DEVICE", name + " is not to be had here: " + choice.why(), "");
                }
                return choice.machine();
            });
        }

        @Override
        public Machine quick() {
            return BACKENDS.named("wasm");
        }

        @Override
        public long clock() {
            return Glue.nanoseconds();
        }
    }

    /**
     * As {@link Toolbox#answer}.
     *
     * @param request JSON, a Uint8Array as {@code files} is
     */
    @JSExport
    public static void analyse(JSObject request, JSObject files, Reply reply) {
        answer(
                reply,
                () -> BACKENDS.open(
                        () -> Toolbox.answer(Transfer.bytes(request), Transfer.bytes(files), new Browser())));
    }

    /** Begins to breed networks, see {@link Breeding}; answers a number for {@link #evolveNext}. */
    @JSExport
    public static void evolve(JSObject request, JSObject inputs, JSObject targets, Reply reply) {
        answer(reply, () -> {
            Breeding b = Breeding.of(
                    Transfer.bytes(request), Transfer.floats(inputs), Transfer.floats(targets), BACKENDS.named("wasm"));
            return Completion.of(BREEDINGS.add(b));
        });
    }

    /** The next generation. */
    @JSExport
    public static void evolveNext(int number, Reply reply) {
        answer(reply, () -> BREEDINGS.get(number).next());
    }

    /** Forgets everything about it. */
    @JSExport
    public static void evolveClose(int number, Reply reply) {
        answer(reply, () -> {
            BREEDINGS.remove(number);
            return Completion.of("");
        });
    }

    /** Opens a model's pipeline, see {@link Pipeline}; answers a number for the calls below. */
    @JSExport
    public static void pipeline(JSObject file, Reply reply) {
        answer(
                reply,
                () -> Pipeline.open(Transfer.bytes(file), BACKENDS.named("wasm"))
                        .map(PIPELINES::add));
    }

    @JSExport
    public static void pipelineTick(int number, JSObject input, Reply reply) {
        answer(reply, () -> PIPELINES.get(number).tick(Transfer.floats(input)));
    }

    @JSExport
    public static void pipelineReset(int number, Reply reply) {
        answer(reply, () -> PIPELINES.get(number).reset());
    }

    @JSExport
    public static void pipelineClose(int number, Reply reply) {
        answer(reply, () -> {
            PIPELINES.remove(number).ifPresent(Pipeline::close);
            return Completion.of("");
        });
    }

    /** The WGSL of every kernel of a model's program: a list of lists of {@code {"name", "text"}}. */
    @JSExport
    public static void shaders(JSObject file, int batch, Reply reply) {
        answer(reply, () -> Completion.of(shaders(Transfer.bytes(file), batch)));
    }

    private static String shaders(byte[] file, int batch) {
        Model model = ModelReader.load("model", file).model();
        Program program = Compiler.compile(NetworkLowering.inference(model.network()));
        JsonWriter w = new JsonWriter().beginList();
        for (Kernel k : program.kernels()) {
            w.beginList();
            for (Shader s : KernelShaders.of(program, k, batch)) {
                w.beginObject();
                w.key("name").text(s.name());
                w.key("text").text(s.text());
                w.endObject();
            }
            w.endList();
        }
        return w.endList().finish();
    }

    private static void answer(Reply reply, Supplier<Completion<String>> work) {
        Completion.of(work)
                .then(Supplier::get)
                .whenDone(text -> reply.done(JSString.valueOf(text)), e -> fail(e, reply));
    }

    private static void fail(RuntimeException e, Reply reply) {
        if (e instanceof ModelException m && m.file().equals(Toolbox.REQUEST)) {
            reply.failed("CONFIG", m.problem(), "", m.path(), m.hint());
        } else if (e instanceof AnalysisException || e instanceof BuildException) {
            reply.failed("INPUT", e.getMessage(), "", "", "");
        } else if (e instanceof ShapeException) {
            reply.failed("SHAPE", e.getMessage(), "", "", "");
        } else if (e instanceof LeftOut) {
            reply.failed("MODEL", e.getMessage(), "", "", "");
        } else {
            Reply.fail(e, reply);
        }
    }
}
