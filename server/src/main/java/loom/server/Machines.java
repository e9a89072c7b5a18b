package loom.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.machine.Machine;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;

/** Machines that run on the JVM, by their names. All give the same bits. */
public enum Machines {
    PARALLEL("parallel") {
        @Override
        public Machine create(int threads) {
            return new ParallelMachine(threads);
        }
    },
    REFERENCE("reference") {
        @Override
        public Machine create(int threads) {
            return new ReferenceMachine();
        }
    };

    private final String label;

    Machines(String label) {
        this.label = label;
    }

    /** A machine that uses at most so many threads. */
    public abstract Machine create(int threads);

    public String label() {
        return label;
    }

    public static List<String> labels() {
        List<String> all = new ArrayList<>();
        for (Machines m : values()) {
            all.add(m.label);
        }
        return all;
    }

    public static Optional<Machines> of(String label) {
        for (Machines m : values()) {
            if (m.label.equals(label)) {
                return Optional.of(m);
            }
        }
        return Optional.empty();
    }
}
