package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.microsoft.playwright.Route;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All of MNIST in the browser; only where data/mnist.sh has fetched it. */
class MnistIT extends BrowserTest {
    private static final Path DATA = Path.of("../data").toAbsolutePath().normalize();

    @Test
    void learns() {
        assumeThat(DATA.resolve("mnist/t10k-labels-idx1-ubyte")).exists();
        page().route(
                        "**/data/**",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/octet-stream")
                                .setPath(DATA.resolve(route.request().url().replaceAll(".*/data/", "")))));
        openApi();
        Map<?, ?> found = (Map<?, ?>) evaluate("""
                const bytes = async (name, header) => new Uint8Array(await (await fetch(`/data/mnist/${name}`)).arrayBuffer(), header);
                const digits = async (set) => {
                    const inputs = new Float32Array(await bytes(`${set}-images-idx3-ubyte`, 16));
                    for (let i = 0; i < inputs.length; i++) {
                        inputs[i] /= 255;
                    }
                    return {inputs, labels: await bytes(`${set}-labels-idx1-ubyte`, 8)};
                };
                const model = await Loom.load('/data/digits-784-128-10.json', {backend: given});
                const data = await digits('train');
                const tests = await digits('t10k');
                const start = performance.now();
                const run = await model.train({
                    data,
                    training: {
                        loss: {type: 'cross_entropy', labels: true}, optimizer: 'adamw',
                        schedule: {type: 'cosine', from: 0.002, steps: 4690}, epochs: 5, batch: 64,
                    },
                });
                const begun = performance.now();
                await run.finished;
                const ended = performance.now();
                const {accuracy, loss} = await run.evaluate(tests);
                const result = {backend: run.backend, digest: await run.digest(), accuracy, loss,
                    preparing: begun - start, training: ended - begun, testing: performance.now() - ended};
                await run.close();
                await model.close();
                return result;
                """, "wasm");

        System.out.println("MNIST: " + found);
        assertThat(((Number) found.get("accuracy")).doubleValue()).isGreaterThanOrEqualTo(0.975);
    }
}
