package loom.server.cli;

import loom.machine.Machine;
import picocli.CommandLine.Option;

/** The machine that a command runs a model on. */
final class MachineChoice {
    @Option(
            names = "--machine",
            paramLabel = "NAME",
            defaultValue = "reference",
            description = "Which machine runs it: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).",
            completionCandidates = Machines.Labels.class)
    private String label;

    Machine create() {
        return Machines.of(label).create();
    }
}
