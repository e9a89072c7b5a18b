package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import loom.machine.Machine;
import loom.machine.MachineConformance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** All cases with every kernel shared that can be, however small: threads come and go as they like, bits stay. */
class ThreadsConformanceTest {
    private static final GraalWasmHost TWO = new GraalWasmHost(2);
    private static final GraalWasmHost THREE = new GraalWasmHost(3);

    @AfterAll
    static void close() {
        // Some hundred cases, of which most have something to share.
        assertThat(TWO.parts()).isGreaterThan(1000);
        assertThat(THREE.parts()).isGreaterThan(1000);
        TWO.close();
        THREE.close();
    }

    @Nested
    class Two extends MachineConformance {
        @Override
        protected Machine machine() {
            return new WasmMachine(TWO, Stripes.CACHE, 0);
        }
    }

    /** With stripes and bands of few samples and positions. */
    @Nested
    class Three extends MachineConformance {
        @Override
        protected Machine machine() {
            return new WasmMachine(THREE, 256, 0);
        }
    }
}
