package loom.conformance;

import loom.machine.Completion;
import loom.machine.Machine;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases;

/** All conformance cases by seed: a round has one case of each kind of kernel, one of the layers and one training. */
public final class Suite {
    private static final int KINDS = Cases.Kind.values().length;

    /** Seeds in a round. */
    public static final int ROUND = KINDS + 2;

    private Suite() {}

    public static Case of(int seed) {
        int round = Math.floorDiv(seed, ROUND);
        int kind = Math.floorMod(seed, ROUND);
        if (kind < KINDS) {
            return Cases.of(round * KINDS + kind);
        }
        return kind == KINDS ? LayerCases.of(round) : TrainingCases.of(round);
    }

    /** Outcomes of the cases of seeds {@code from} (inclusive) to {@code to} on a machine, as text to compare. */
    public static Completion<String> report(Machine machine, int from, int to) {
        StringBuilder text = new StringBuilder();
        Completion<StringBuilder> done = Completion.of(text);
        for (int seed = from; seed < to; seed++) {
            Case c = of(seed);
            done = done.then(t -> c.outcome(machine)).map(lines -> {
                text.append(c.name()).append('\n');
                lines.forEach(line -> text.append("  ").append(line).append('\n'));
                return text;
            });
        }
        return done.map(StringBuilder::toString);
    }
}
