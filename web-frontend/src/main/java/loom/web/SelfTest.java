package loom.web;

import java.util.List;
import loom.conformance.Proof;
import loom.conformance.ProofJson;
import loom.conformance.Suite;
import loom.conformance.Workload;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Machine;
import loom.machine.wasm.WasmMachine;
import org.teavm.jso.JSExport;
import org.teavm.jso.core.JSString;

/**
 * Entry point of self-test.wasm: the browser's machines with the engine's conformance cases and trainings. A file of its own, because
 * no page needs them.
 */
public final class SelfTest {
    private static final Gpus GPUS = new Gpus();
    private static final Backends BACKENDS = new Backends(GPUS);

    /** WebAssembly that shares all it can between threads: no case is large enough to be shared for its speed. */
    private static final String SHARING = "sharing";

    /** A few samples of small cases. */
    private static final int STRIPE_BYTES = 4096;

    private static final Machine SHARING_MACHINE = new WasmMachine(new BrowserWasmHost(), STRIPE_BYTES, 0);

    private SelfTest() {}

    public static void main(String[] args) {}

    /**
     * Answers the outcomes of the cases of some seeds as text, to be compared with another machine's.
     *
     * @param backend webgpu, wasm, sharing or reference
     * @param to exclusive
     */
    @JSExport
    public static void selfTest(String backend, int from, int to, Reply reply) {
        Reply.answer(
                reply,
                () -> machine(backend)
                        .then(choice -> Suite.report(choice.machine(), from, to))
                        .map(JSString::valueOf));
    }

    /** Trains a workload for some steps; answers a proof, see docs/proof.md. */
    @JSExport
    public static void prove(String backend, String workload, int steps, Reply reply) {
        Reply.answer(
                reply,
                () -> machine(backend)
                        .then(choice -> Proof.of(
                                choice.machine(),
                                choice.adapter(),
                                List.of(workload(workload)),
                                steps,
                                (w, step) -> {}))
                        .map(proof -> JSString.valueOf(ProofJson.write(proof))));
    }

    /** Answers what the probe says of the GPU with every shader for products. */
    @JSExport
    public static void probe(Reply reply) {
        Reply.answer(reply, () -> GPUS.everything().map(JSString::valueOf));
    }

    private static Workload workload(String name) {
        return Workload.named(name).orElseThrow(() -> new IllegalArgumentException("no workload " + name));
    }

    /** A page may fall back to another machine; a test of this one may not. */
    private static Completion<Backends.Choice> machine(String backend) {
        if (backend.equals(SHARING)) {
            return Completion.of(new Backends.Choice(SHARING_MACHINE, "", ""));
        }
        if (!backend.equals("webgpu")) {
            return Completion.of(new Backends.Choice(BACKENDS.named(backend), "", ""));
        }
        return BACKENDS.gpu().map(choice -> {
            if (!choice.machine().name().equals(backend)) {
                throw new DeviceException("no WebGPU here: " + choice.why());
            }
            return choice;
        });
    }
}
