package loom.web;

import java.util.Optional;
import java.util.function.Supplier;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.run.ModelRunner;
import org.teavm.jso.JSObject;

/** Picks the machine for a model. Any of them gives the same bits; they differ in speed only. */
final class Backends {
    /**
     * Weights from which WebGPU is tried unasked. A run on it costs about half a millisecond before any arithmetic; in
     * that time one core multiplies a vector by this many weights.
     */
    private static final long GPU_WEIGHTS = 4_000_000;

    /** That may fail under the same work, one after the other. */
    private static final int GPUS = 2;

    private final Machine wasm = new WasmMachine(new BrowserWasmHost());
    private final PageGpu gpu;

    Backends(PageGpu gpu) {
        this.gpu = gpu;
    }

    /**
     * A machine for a model.
     *
     * @param adapter what the machine runs on, for receipts
     * @param reason why this one, for people
     */
    record Choice(Machine machine, String adapter, Supplier<String> reason) {
        Choice(Machine machine, String adapter, String reason) {
            this(machine, adapter, () -> reason);
        }

        /** Says more of a GPU once the model is there. */
        String why() {
            return reason.get();
        }
    }

    /**
     * Work that asks for a machine and opens a model there. A GPU may be found wrong only by what the model needs, or be lost meanwhile: then
     * the work is done again, and asks for another. If that is lost, too, the model may be what this GPU cannot bear: then no other is asked for.
     */
    <T> Completion<T> open(Supplier<Completion<T>> work) {
        return open(work, GPUS);
    }

    /** @param gpus that the work may still be done on */
    private <T> Completion<T> open(Supplier<Completion<T>> work, int gpus) {
        int before = gpu.failures();
        return Completion.of(work).then(Supplier::get).otherwise(e -> {
            if (gpus == 0 || gpu.failures() == before || !(e instanceof DeviceException)) {
                throw e;
            }
            if (gpus == 1) {
                gpu.leave(e.getMessage());
            }
            return open(work, gpus - 1);
        });
    }

    /** As {@link PageGpu#failures}. */
    int failures() {
        return gpu.failures();
    }

    Completion<Choice> choose(String wanted, Model model) {
        return switch (wanted) {
            case "webgpu" -> gpu();
            case "auto" -> fastest(model);
            default -> Completion.of(new Choice(named(wanted), "", "as asked"));
        };
    }

    /** A machine that needs no asking. */
    Machine named(String name) {
        return switch (name) {
            case "reference" -> new ReferenceMachine();
            case "wasm" -> wasm;
            default ->
                throw new RequestException("DEVICE", "there is no machine " + name + " in this build", "ask for auto");
        };
    }

    private Completion<Choice> fastest(Model model) {
        long weights = model.parameterCount();
        if (weights < GPU_WEIGHTS) {
            return Completion.of(new Choice(wasm, "", "fastest for a model of " + weights + " weights"));
        }
        return Promise.completion(Glue.gpu().objection(), "WebGPU").then(text -> {
            String objection = Js.text(text);
            return objection.isEmpty() ? gpu() : Completion.of(new Choice(wasm, "", objection));
        });
    }

    /** As {@link PageGpu#run}. */
    Optional<Completion<JSObject>> runOnGpu(ModelRunner runner, JSObject input, int batch) {
        return gpu.run(runner, input, batch);
    }

    /** WebGPU if this browser's passes the probe. */
    Completion<Choice> gpu() {
        return gpu.choose(wasm);
    }
}
