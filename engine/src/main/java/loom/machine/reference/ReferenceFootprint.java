package loom.machine.reference;

import java.util.List;
import loom.machine.Footprint;
import loom.program.Program;

/** What a program takes of a {@link ReferenceMachine}: its slots. */
public final class ReferenceFootprint {
    private ReferenceFootprint() {}

    public static Footprint of(Program program, int batch) {
        try {
            long bytes = 0;
            for (int n : program.slotElements(batch)) {
                bytes += 4L * n;
            }
            return Footprint.of(ReferenceMachine.NAME, bytes, List.of());
        } catch (ArithmeticException e) {
            return Footprint.impossible(ReferenceMachine.NAME, Footprint.tooManyElements(batch));
        }
    }
}
