package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopsTest {
    /** The build starts tests with the module; those of other modules of the build run without it. */
    @Test
    void theseTestsAreOfVectors() {
        assertThat(Loops.best()).isEqualTo(Loops.VECTORS);
    }
}
