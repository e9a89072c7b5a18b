package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import loom.conformance.Suite;
import loom.machine.reference.ReferenceMachine;
import loom.server.LoomServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installed Firefox gives the JVM's bits, too. Where there is none, these tests are skipped, and the build says so. */
class FirefoxIT {
    /** {@code until} waits for an element's text, and fails with what stands there instead. */
    private static final String TOOLS = """
            const text = (id) => document.getElementById(id).textContent;
            const until = async (id, pattern) => {
                for (let i = 0; !pattern.test(text(id)); i++) {
                    if (i === 1200) {
                        throw new Error(`${id}: ${text(id)}`);
                    }
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
            };
            """;

    private static final String NONE = "no Firefox is installed, and FIREFOX names none";

    private static LoomServer.Running server;
    private static Optional<Firefox> browser = Optional.empty();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = LoomServer.start(0, false);
        Optional<Path> binary = Firefox.find();
        if (binary.isPresent()) {
            browser = Optional.of(Firefox.open(binary.get(), Files.createDirectory(folder.resolve("profile"))));
        } else {
            System.out.println("not tested: " + NONE);
        }
    }

    @AfterAll
    static void stop() {
        browser.ifPresent(Firefox::close);
        server.close();
    }

    /** Where there is none, the test that asks is skipped. */
    private static Firefox firefox() {
        assumeTrue(browser.isPresent(), NONE);
        return browser.orElseThrow();
    }

    @Test
    void thePlaygroundRunsADigit() {
        Firefox firefox = firefox();
        firefox.open(server.url() + "/#digit=0");
        String digest = firefox.evaluate(TOOLS + """
                await until('status', /^Ready/);
                document.getElementById('run').click();
                await until('status', /^Largest output/);
                document.getElementById('compare').click();
                await until('compared', /^Identical/);
                return text('digest');
                """);
        try (OnJvm jvm = OnJvm.of(Digits.MODEL)) {
            assertThat(digest)
                    .isEqualTo(jvm.receipt(Digits.of(0, 1)).output().digest().root());
        }
    }

    @Test
    void trainsAsTheJvm() {
        Firefox firefox = firefox();
        firefox.open(server.url() + "/");
        String found = firefox.evaluate(ShortTraining.SCRIPT + """
                const digests = [];
                for (const thread of ['worker', 'page']) {
                    const model = await Loom.load(new Blob([`%s`]), {thread});
                    digests.push(model.backend, await trained(model));
                    await model.close();
                }
                return digests.join(' ');
                """.formatted(Models.ACTIVATIONS));
        String digest = ShortTraining.digest();
        assertThat(found).isEqualTo("wasm " + digest + " wasm " + digest);
    }

    /** The cases are made and run in the browser; the page is on another host, as the server does not have self-test.wasm. */
    @Test
    void conformance() throws Exception {
        Firefox firefox = firefox();
        Path site = Files.createDirectory(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>Test</title>");
        Files.write(site.resolve("loom-engine.js"), Resources.bytes("META-INF/resources/loom/loom-engine.js"));
        Files.write(site.resolve("self-test.wasm"), Resources.bytes("self-test.wasm"));
        int rounds = 8;
        try (StaticHost host = StaticHost.of(site)) {
            firefox.open(host.url());
            firefox.evaluate(SelfTestWorker.START.formatted("loom-engine.js", "self-test.wasm", 1) + " return '';");
            for (String machine : new String[] {"wasm", "reference"}) {
                for (int round = 0; round < rounds; round++) {
                    int from = round * Suite.ROUND;
                    int to = from + Suite.ROUND;
                    String found = firefox.evaluate("return ask({type: 'selfTest', backend: '%s', from: %d, to: %d});"
                            .formatted(machine, from, to));
                    assertThat(found)
                            .as(machine + ", round " + round)
                            .isEqualTo(Suite.report(new ReferenceMachine(), from, to)
                                    .get());
                }
            }
        }
        System.out.println(rounds * Suite.ROUND + " conformance cases agree on each of two machines in Firefox");
    }
}
