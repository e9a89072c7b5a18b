package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loading, running and closing a hundred times leaves nothing behind. The engine runs in the page here, so that the browser's own
 * count of the page's heap (TeaVM's objects are in it) and of its array buffers and WebAssembly memories covers it.
 */
class MemoryIT extends BrowserTest {
    private static final int TIMES = 100;

    /** Code and inline caches still settle; one model that stayed would be 400 KB of weights each time, 40 MB in all. */
    private static final long SETTLING_BYTES = 300_000;

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void isBackToTheStart(String machine) {
        page().addInitScript("""
                delete globalThis.Worker;
                globalThis.gpuBytes = 0;
                const {createBuffer} = GPUDevice.prototype;
                GPUDevice.prototype.createBuffer = function (descriptor) {
                    const buffer = createBuffer.call(this, descriptor);
                    globalThis.gpuBytes += descriptor.size;
                    buffer.destroy = function () {
                        globalThis.gpuBytes -= descriptor.size;
                        delete this.destroy;
                        this.destroy();
                    };
                    return buffer;
                };
                """);
        openApi();
        // A model that stays keeps the engine.
        evaluate("""
                globalThis.kept = await Loom.load(new Blob([given.file]), {backend: given.machine});
                globalThis.x = floats(given.x);
                globalThis.cycle = async () => {
                    const model = await Loom.load(new Blob([given.file]), {backend: given.machine});
                    await model.run(globalThis.x);
                    await model.close();
                };
                """, Map.of("file", Digits.MODEL, "machine", machine, "x", Bits.base64(Digits.of(0, 1))));
        cycle(10);
        long before = bytes();
        long gpuBefore = gpuBytes();
        cycle(TIMES);
        long after = bytes();

        assertThat(after - before).as("bytes more than at the start").isLessThan(SETTLING_BYTES);
        assertThat(gpuBytes()).as("bytes on the GPU").isEqualTo(gpuBefore);
        assertThat(gpuBefore > 0).as("the GPU holds the kept model").isEqualTo(machine.equals(Machines.WEBGPU));
    }

    private void cycle(int times) {
        evaluate("for (let i = 0; i < given; i++) { await globalThis.cycle(); }", times);
    }

    private long gpuBytes() {
        return ((Number) page().evaluate("globalThis.gpuBytes")).longValue();
    }

    private long bytes() {
        CDPSession devtools = page().context().newCDPSession(page());
        for (int i = 0; i < 3; i++) {
            devtools.send("HeapProfiler.collectGarbage");
        }
        JsonObject usage = devtools.send("Runtime.getHeapUsage");
        devtools.detach();
        return usage.get("usedSize").getAsLong()
                + usage.get("backingStorageSize").getAsLong();
    }
}
