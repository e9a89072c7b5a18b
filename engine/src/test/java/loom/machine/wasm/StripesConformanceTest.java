package loom.machine.wasm;

import loom.machine.Machine;
import loom.machine.MachineConformance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** All cases with stripes and bands of a few samples and positions: those cases are small, and would be one each. */
class StripesConformanceTest extends MachineConformance {
    private static GraalWasmHost host;

    @BeforeAll
    static void open() {
        host = new GraalWasmHost();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @Override
    protected Machine machine() {
        return new WasmMachine(host, 256);
    }
}
