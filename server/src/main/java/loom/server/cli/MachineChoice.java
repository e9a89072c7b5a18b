package loom.server.cli;

import java.util.ArrayList;
import loom.machine.Machine;
import loom.server.Machines;
import picocli.CommandLine.Option;

/** The machine that a command runs a model on. */
final class MachineChoice {
    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description =
                    "Which machine computes: ${COMPLETION-CANDIDATES}; all give the same bits (default ${DEFAULT-VALUE}).",
            completionCandidates = Labels.class)
    private String label;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of the parallel machine (default ${DEFAULT-VALUE}, one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** The fast one, unless said otherwise. */
    MachineChoice() {
        this(Machines.PARALLEL);
    }

    MachineChoice(Machines unlessSaid) {
        this.label = unlessSaid.label();
    }

    Machine create() {
        Count.atLeast(1, "--threads", threads);
        return Machines.of(label)
                .orElseThrow(() -> new CommandFailed(
                        "no machine \"" + label + "\" here; known: " + String.join(", ", Machines.labels())))
                .create(threads);
    }

    /** For the help. */
    static final class Labels extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Labels() {
            super(Machines.labels());
        }
    }
}
