package loom.server.cli;

import java.util.ArrayList;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;

/** Machines that run on the JVM, by the names of {@code --machine}. */
enum Machines {
    REFERENCE("reference") {
        @Override
        Machine create() {
            return new ReferenceMachine();
        }
    };

    private final String label;

    Machines(String label) {
        this.label = label;
    }

    abstract Machine create();

    static Machines of(String label) {
        for (Machines m : values()) {
            if (m.label.equals(label)) {
                return m;
            }
        }
        throw new CommandFailed("no machine \"" + label + "\" here; known: " + String.join(", ", new Labels()));
    }

    /** For the help. */
    static final class Labels extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Labels() {
            for (Machines m : Machines.values()) {
                add(m.label);
            }
        }
    }
}
