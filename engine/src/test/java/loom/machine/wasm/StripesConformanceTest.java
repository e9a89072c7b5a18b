package loom.machine.wasm;

import loom.machine.Machine;
import loom.machine.MachineConformance;

/** All cases with stripes and bands of a few samples and positions: those cases are small, and would be one each. */
class StripesConformanceTest extends MachineConformance {
    @Override
    protected Machine machine() {
        return new WasmMachine(GraalWasmHost.shared(), 256);
    }
}
