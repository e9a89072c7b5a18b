package loom.machine.reference;

import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.program.Program;

/**
 * Plain Java loops, one class a kernel kind, no cleverness: what this machine computes is what a program means. It runs on the JVM
 * and, compiled by TeaVM, in the browser.
 */
public final class ReferenceMachine implements Machine {
    static final String NAME = "reference";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        return Completion.of(new ReferenceExecution(program));
    }
}
