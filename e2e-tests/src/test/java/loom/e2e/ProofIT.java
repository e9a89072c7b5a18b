package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import loom.conformance.Proof;
import loom.conformance.ProofJson;
import loom.conformance.Workload;
import org.junit.jupiter.api.Test;

/** Every workload's first steps, trained in the browser: after each step the parameters that are recorded. */
class ProofIT extends BrowserTest {
    private static final int STEPS = 30;

    @Test
    void wasm() {
        compare("wasm");
    }

    @Test
    void webgpu() {
        compare(Machines.WEBGPU);
    }

    private void compare(String machine) {
        Proof recorded = ProofJson.read("reference-30.json", Resources.bytes("proof/reference-30.json"));
        SelfTestWorker worker = SelfTestWorker.open(this);
        for (Workload w : Workload.ALL) {
            String text = worker.ask("prove", Map.of("backend", machine, "workload", w.name(), "steps", STEPS));
            Proof found = ProofJson.read("proof", text.getBytes(StandardCharsets.UTF_8));
            assertThat(found.machine()).isEqualTo(machine);
            assertThat(recorded.difference(found)).isEmpty();
            assertThat(recorded.stepsInCommon(found)).as(w.name()).isEqualTo(STEPS);
        }
    }
}
