package loom.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import loom.conformance.LayerCases;
import loom.conformance.TrainingCases;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.api.Test;
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
            compare(Cases.of(i * kinds + kind.ordinal()), machine);
        }
    }

    @Test
    void givesTheReferenceBitsOfEveryLayer() {
        Machine machine = machine();
        for (int i = 0; i < LayerCases.SIZE; i++) {
            compare(LayerCases.of(i), machine);
        }
    }

    @Test
    void givesTheReferenceBitsOfEveryTraining() {
        Machine machine = machine();
        for (int i = 0; i < TrainingCases.SIZE; i++) {
            compare(TrainingCases.of(i), machine);
        }
    }

    private static void compare(Case c, Machine machine) {
        List<String> expected = c.outcome(new ReferenceMachine()).get();
        assertEquals(expected, c.outcome(machine).get(), c::name);
    }
}
