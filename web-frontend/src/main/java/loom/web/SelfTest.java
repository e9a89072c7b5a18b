package loom.web;

import loom.conformance.Suite;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Machine;
import org.teavm.jso.JSExport;
import org.teavm.jso.core.JSString;

/**
 * Entry point of self-test.wasm: the browser's machines with the engine's conformance cases. A file of its own, because no page
 * needs the cases.
 */
public final class SelfTest {
    private static final Backends BACKENDS = new Backends();

    private SelfTest() {}

    public static void main(String[] args) {}

    /**
     * Answers the outcomes of the cases of some seeds as text, to be compared with another machine's.
     *
     * @param backend webgpu, wasm or reference
     * @param to exclusive
     */
    @JSExport
    public static void selfTest(String backend, int from, int to, Reply reply) {
        Reply.answer(
                reply,
                () -> machine(backend)
                        .then(machine -> Suite.report(machine, from, to))
                        .map(JSString::valueOf));
    }

    /** A page may fall back to another machine; a test of this one may not. */
    private static Completion<Machine> machine(String backend) {
        if (!backend.equals("webgpu")) {
            return Completion.of(BACKENDS.named(backend));
        }
        return BACKENDS.gpu(true).map(choice -> {
            if (!choice.machine().name().equals(backend)) {
                throw new DeviceException("no WebGPU here: " + choice.why());
            }
            return choice.machine();
        });
    }
}
