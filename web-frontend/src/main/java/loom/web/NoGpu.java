package loom.web;

import java.util.Optional;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.LeftOut;
import loom.run.ModelRunner;
import org.teavm.jso.JSObject;

/** Shaders are in another file of the engine. */
final class NoGpu implements PageGpu {
    @Override
    public Completion<Backends.Choice> choose(Machine otherwise) {
        throw noShaders();
    }

    @Override
    public int failures() {
        return 0;
    }

    @Override
    public void leave(String reason) {
        throw noShaders();
    }

    private static LeftOut noShaders() {
        return new LeftOut("this program has no shaders");
    }

    @Override
    public Optional<Completion<JSObject>> run(ModelRunner runner, JSObject input, int batch) {
        return Optional.empty();
    }
}
