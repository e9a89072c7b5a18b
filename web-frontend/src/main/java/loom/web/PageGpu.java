package loom.web;

import java.util.Optional;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.run.ModelRunner;
import org.teavm.jso.JSObject;

/** The WebGPU of the page, as far as this file of the engine can use it. */
interface PageGpu {
    /** A machine on the page's GPU, or {@code otherwise} and why. */
    Completion<Backends.Choice> choose(Machine otherwise);

    /** How often it was lost, or found wrong when a program was prepared: whose work failed meanwhile may ask for a machine again. */
    int failures();

    /** Chooses no machine on it any more, for this reason. */
    void leave(String reason);

    /** Runs a model with input and output in JavaScript's memory; empty if that is nothing for a GPU, or for this file of the engine. */
    Optional<Completion<JSObject>> run(ModelRunner runner, JSObject input, int batch);
}
