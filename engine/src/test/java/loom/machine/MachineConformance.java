package loom.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every machine must do: give the reference machine's bits, traps included, for every conformance case. */
public abstract class MachineConformance {
    /** A machine under test; closed by the test class, if it needs to be. */
    protected abstract Machine machine();

    /** Seeds of each kind to try. */
    protected int seeds() {
        return 25;
    }

    @ParameterizedTest
    @EnumSource(Cases.Kind.class)
    void givesTheReferenceBits(Cases.Kind kind) {
        Machine machine = machine();
        int kinds = Cases.Kind.values().length;
        for (int i = 0; i < seeds(); i++) {
            Case c = Cases.of(i * kinds + kind.ordinal());
            List<String> expected = c.outcome(new ReferenceMachine()).get();
            assertEquals(expected, c.outcome(machine).get(), c::name);
        }
    }
}
