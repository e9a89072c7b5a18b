package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.machine.conformance.Cases;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machines in the browser against the reference machine on the JVM: random programs, every bit, every trap. */
class ConformanceIT extends BrowserTest {
    private static final int SEEDS = 210;

    private static final String ASK = """
            async ([backend, seeds]) => {
                const worker = new Worker('/loom/loom-engine.js');
                const ask = (message) => new Promise((resolve, reject) => {
                    worker.onmessage = ({data}) => {
                        if (data.error) reject(new Error(data.error.message));
                        else if ('result' in data) resolve(data.result);
                    };
                    worker.postMessage({id: 1, ...message});
                });
                await ask({type: 'start', wasm: new URL('/loom/loom.wasm', location).href});
                const text = await ask({type: 'conformance', backend, from: 0, to: seeds});
                worker.terminate();
                return text;
            }""";

    @ParameterizedTest
    @ValueSource(strings = {"wasm", "reference"})
    void everyCaseGivesTheBitsOfTheJvm(String backend) {
        open("/");
        Object found = page().evaluate(ASK, List.of(backend, SEEDS));

        String expected = Cases.report(new ReferenceMachine(), 0, SEEDS).get();
        assertThat(((String) found).split("\n", -1)).containsExactly(expected.split("\n", -1));
    }
}
