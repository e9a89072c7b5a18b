package loom.machine.wasm;

import loom.machine.Machine;
import loom.machine.MachineConformance;

class WasmConformanceTest extends MachineConformance {
    @Override
    protected Machine machine() {
        return new WasmMachine(GraalWasmHost.shared());
    }
}
