package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import loom.conformance.LayerCases;
import loom.conformance.Suite;
import loom.machine.conformance.Cases;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.api.Test;

/** The engine's conformance cases, made and run inside the browser: the same programs, digests and traps as on the JVM. */
class ConformanceIT extends BrowserTest {
    /** A request is one round. */
    private static final int ROUND = Suite.ROUND;

    @Test
    void wasm() {
        compare("wasm", Math.max(20, LayerCases.SIZE));
    }

    @Test
    void reference() {
        compare("reference", 8);
    }

    /** Few: each case is a set of shaders, and the processor compiles them. */
    @Test
    void webgpu() {
        compare(Machines.WEBGPU, 3);
    }

    /** More of those that share two shaders, for operands are packed. */
    @Test
    void webgpuProductsOfInt8() {
        SelfTestWorker worker = SelfTestWorker.open(this);
        for (int round = 0; round < 25; round++) {
            int seed = round * ROUND + Cases.Kind.INT8.ordinal();
            assertThat(Suite.of(seed).name()).startsWith("INT8");
            compare(worker, Machines.WEBGPU, seed, seed + 1);
        }
    }

    /** Windows that products read where they lie, and the gradients of both operands. */
    @Test
    void webgpuConvolutions() {
        SelfTestWorker worker = SelfTestWorker.open(this);
        for (int round = 0; round < 15; round++) {
            int seed = round * ROUND + Cases.Kind.CONVOLUTION.ordinal();
            assertThat(Suite.of(seed).name()).startsWith("CONVOLUTION");
            compare(worker, Machines.WEBGPU, seed, seed + 1);
        }
    }

    private void compare(String machine, int rounds) {
        SelfTestWorker worker = SelfTestWorker.open(this);
        for (int round = 0; round < rounds; round++) {
            compare(worker, machine, round * ROUND, (round + 1) * ROUND);
        }
        System.out.println(rounds * ROUND + " conformance cases agree on " + machine);
    }

    private static void compare(SelfTestWorker worker, String machine, int from, int to) {
        String expected = Suite.report(new ReferenceMachine(), from, to).get();
        String found = worker.ask("selfTest", Map.of("backend", machine, "from", from, "to", to));
        assertThat(cases(found)).as("cases from " + from).containsExactlyElementsOf(cases(expected));
    }

    /** The text of each case: its name, then its outcome line by line, indented. */
    private static List<String> cases(String report) {
        return List.of(report.split("\n(?! )"));
    }
}
