package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;
import loom.machine.DeviceException;
import loom.machine.Footprint;
import loom.program.Program;

/** What a program takes of a {@link WasmMachine}: its memory is laid out and its module emitted, but nothing runs. */
public final class WasmFootprint {
    private WasmFootprint() {}

    public static Footprint of(Program program, int batch) {
        try {
            Layout layout = new Layout(program, Stripes.CACHE, 1);
            int needed = Math.max(layout.reserve(1), layout.reserve(batch));
            long panels = 0;
            for (Layout.Packed p : layout.packed()) {
                panels += (long) p.matrices() * p.panelBytes();
            }
            List<String> remarks = new ArrayList<>();
            remarks.add(ProgramWasm.of(program, layout).encode().length + " bytes of code");
            if (panels > 0) {
                remarks.add(Footprint.laidOutAgain(panels));
            }
            return Footprint.of(WasmMachine.NAME, WasmMachine.inPages(needed), remarks);
        } catch (DeviceException e) {
            return Footprint.impossible(WasmMachine.NAME, e.getMessage());
        }
    }
}
