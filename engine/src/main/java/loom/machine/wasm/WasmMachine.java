package loom.machine.wasm;

import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.program.Program;

/** Runs a program as one WebAssembly module, emitted when the program is prepared. A run is one call into it. */
public final class WasmMachine implements Machine {
    private final WasmHost host;

    public WasmMachine(WasmHost host) {
        this.host = host;
    }

    @Override
    public String name() {
        return "wasm";
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        Layout layout = new Layout(program);
        WasmHost.Memory memory = WasmExecution.memory(host, layout);
        return host.instantiate(ProgramWasm.encode(program, layout), memory)
                .map(instance -> new WasmExecution(program, layout, memory, instance));
    }
}
