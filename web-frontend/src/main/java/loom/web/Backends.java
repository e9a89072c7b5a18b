package loom.web;

import loom.machine.Completion;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;

/** Picks the machine for a model. Any of them gives the same bits; they differ in speed only. */
final class Backends {
    private final Machine wasm = new WasmMachine(new BrowserWasmHost());

    /**
     * A machine for a model.
     *
     * @param adapter what the machine runs on, for receipts
     * @param why why this one, for people
     */
    record Choice(Machine machine, String adapter, String why) {}

    Completion<Choice> choose(String wanted, Model model) {
        return switch (wanted) {
            case "reference" -> Completion.of(new Choice(new ReferenceMachine(), "", "as asked"));
            case "wasm" -> Completion.of(new Choice(wasm, "", "as asked"));
            case "auto" -> Completion.of(new Choice(wasm, "", "WebGPU is not part of this build"));
            default ->
                throw new RequestException(
                        "DEVICE", "there is no machine " + wanted + " in this build", "ask for auto");
        };
    }
}
