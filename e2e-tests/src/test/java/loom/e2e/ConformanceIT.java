package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import loom.conformance.LayerCases;
import loom.conformance.Suite;
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

    private void compare(String machine, int rounds) {
        openApi();
        page().route(
                        "**/loom/self-test.wasm",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/wasm")
                                .setBodyBytes(resource("/self-test.wasm"))));
        // The page's API does not know this file: the test speaks to the engine's Worker as the API does.
        evaluate("""
                const worker = new Worker('/loom/loom-engine.js');
                let last = 0;
                globalThis.ask = (message) => new Promise((resolve, reject) => {
                    const id = ++last;
                    const take = ({data}) => {
                        if (data.id === id && data.progress === undefined) {
                            worker.removeEventListener('message', take);
                            data.error === undefined ? resolve(data.result) : reject(new Error(data.error.message));
                        }
                    };
                    worker.addEventListener('message', take);
                    worker.postMessage({...message, id});
                });
                await new Promise((resolve) => worker.addEventListener('message', resolve, {once: true}));
                await ask({type: 'start', wasm: new URL('/loom/self-test.wasm', location.href).href});
                """, null);
        for (int round = 0; round < rounds; round++) {
            int from = round * ROUND;
            String expected =
                    Suite.report(new ReferenceMachine(), from, from + ROUND).get();
            String found = (String) evaluate(
                    "return ask({type: 'selfTest', ...given});",
                    Map.of("backend", machine, "from", from, "to", from + ROUND));
            assertThat(cases(found)).as("cases of round " + round).containsExactlyElementsOf(cases(expected));
        }
        System.out.println(rounds * ROUND + " conformance cases agree on " + machine);
    }

    private static byte[] resource(String name) {
        try (InputStream in = ConformanceIT.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of each case: its name, then its outcome line by line, indented. */
    private static List<String> cases(String report) {
        return List.of(report.split("\n(?! )"));
    }
}
