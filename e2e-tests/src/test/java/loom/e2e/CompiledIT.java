package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import loom.format.ModelReader;
import loom.run.CompiledModel;
import org.junit.jupiter.api.Test;

/** A model compiled ahead of time, in a page that has nothing of the engine: the bits of the JVM. */
class CompiledIT extends BrowserTest {
    private static final int CAPACITY = 4;
    private static final byte[] MODULE = CompiledModel.of(ModelReader.read(Models.FILE, Models.ACTIVATIONS), CAPACITY);

    private void openWith(String type) {
        page().route(
                        "**/compiled.wasm",
                        route -> route.fulfill(
                                new Route.FulfillOptions().setContentType(type).setBodyBytes(MODULE)));
        openPage("");
    }

    /** More samples than the module has room for. */
    @Test
    void hasTheBitsOfTheJvm() {
        float[] x = Models.input(20 * (2 * CAPACITY + 1));
        openWith("application/octet-stream");
        assertThat(evaluate("""
                const {load} = await import('/loom/loom-run.mjs');
                const model = await load('/compiled.wasm');
                const again = await load(await WebAssembly.compileStreaming(new Response(await (await fetch('/compiled.wasm')).arrayBuffer(),
                    {headers: {'Content-Type': 'application/wasm'}})));
                return [hex(model.run(floats(given.x))), hex(again.run([...floats(given.x)])), model.info.input, model.info.model];
                """, Map.of("x", Bits.base64(x))))
                .isEqualTo(List.of(bits(x), bits(x), List.of(20), digest()));
    }

    /** Browsers refuse to instantiate modules of more than 8 MB at once in a page. */
    @Test
    void mayBeLarge() {
        String file = """
                {"format": "loom", "version": 1, "input": {"shape": [1500]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [{"type": "dense", "units": 1500}]}]}""";
        byte[] module = CompiledModel.of(ModelReader.read(Models.FILE, file), 1);
        assertThat(module).hasSizeGreaterThan(8 << 20);
        page().route(
                        "**/large.wasm",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/wasm")
                                .setBodyBytes(module)));
        openPage("");
        float[] x = Models.input(1500);
        try (OnJvm jvm = OnJvm.of(file)) {
            assertThat(evaluate("""
                    const {load} = await import('/loom/loom-run.mjs');
                    return hex((await load('/large.wasm')).run(floats(given.x)));
                    """, Map.of("x", Bits.base64(x)))).isEqualTo(Bits.hex(jvm.run(x)));
        }
    }

    /** Compiled in the browser: the file that the JVM makes. */
    @Test
    void thePageMakesTheSameFile() throws IOException {
        open("/");
        assertThat(page().locator("#status")).hasText("Ready.");
        Path compiled =
                page().waitForDownload(() -> page().locator("#compile").click()).path();
        byte[] digits = Resources.bytes("META-INF/resources/models/digits.json");
        assertThat(Files.readAllBytes(compiled))
                .isEqualTo(CompiledModel.of(ModelReader.read("digits.json", digits), 16));
        openApi();
        assertThat(evaluate("""
                const analysis = await Loom.analysis();
                const file = await analysis.compile(given.model, {samples: 4});
                const refusal = await analysis.compile({format: 'loom'}).catch((error) => `${error.code} ${error.message}`);
                return [file.type, [...new Uint8Array(await file.arrayBuffer())], refusal];
                """, Map.of("model", Models.ACTIVATIONS)))
                .isEqualTo(List.of("application/wasm", bytes(MODULE), "MODEL missing key \"version\""));
    }

    /** Two gigabytes of room are no bytes of the file, nor of the page's memory. */
    @Test
    void roomForManySamplesTakesNoneToMake() {
        openApi();
        int size = CompiledModel.of(ModelReader.read(Models.FILE, Models.ACTIVATIONS), 4_000_000).length;
        assertThat(size).isLessThan(MODULE.length + 100);
        assertThat(evaluate("""
                return (await (await Loom.analysis()).compile(given.model, {samples: 4_000_000})).size;
                """, Map.of("model", Models.ACTIVATIONS))).isEqualTo(size);
    }

    private static List<Integer> bytes(byte... file) {
        List<Integer> all = new ArrayList<>();
        for (byte b : file) {
            all.add(b & 0xff);
        }
        return all;
    }

    /** As docs/compiled.md shows it. */
    @Test
    void needsNoLibrary() {
        float[] x = Models.input(20);
        openWith("application/wasm");
        assertThat(evaluate("""
                const {instance: {exports: m}} = await WebAssembly.instantiateStreaming(fetch('/compiled.wasm'));
                new Float32Array(m.memory.buffer, m.input.value, 20).set(floats(given.x));
                return [m.infer(1), hex(new Float32Array(m.memory.buffer, m.output.value, 10)), m.infer(5)];
                """, Map.of("x", Bits.base64(x)))).isEqualTo(List.of(0, bits(x), 3));
    }

    @Test
    void errorsSayWhatIsWrong() {
        openWith("application/wasm");
        assertThat(evaluate(
                        """
                const {load} = await import('/loom/loom-run.mjs');
                const refusal = async (action) => {
                    try {
                        await action();
                        return 'none';
                    } catch (error) {
                        return `${error.name} ${error.code} ${error.message}`;
                    }
                };
                const model = await load('/compiled.wasm');
                return [
                    await refusal(() => model.run(new Float32Array(21))),
                    await refusal(() => model.run([])),
                    await refusal(() => model.run(new Float32Array(100).fill(NaN, 90, 91))),
                    await refusal(() => model.run(new Float32Array(20), {output: new Uint8Array(10)})),
                    await refusal(() => load(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))),
                    await refusal(() => load(Uint8Array.from(atob(given.damaged), (c) => c.charCodeAt(0)))),
                    await refusal(() => load(Uint8Array.from(atob(given.empty), (c) => c.charCodeAt(0)))),
                    (await refusal(() => load(new TextEncoder().encode('<html>')))).slice(0, 43),
                ];
                """,
                        Map.of(
                                "damaged", describedAs("{\"input\": [20]}"),
                                "empty", describedAs("{\"input\": [20], \"output\": [10]}"))))
                .isEqualTo(List.of(
                        "LoomRunError SHAPE the input has 21 values, expected [20] (20 values) or whole multiples of it",
                        "LoomRunError SHAPE the input has 0 values, expected [20] (20 values) or whole multiples of it",
                        "LoomRunError INPUT input element 90 is NaN, expected a magnitude up to 2^50",
                        "LoomRunError SHAPE the option output has 10 values, expected a Float32Array of 10",
                        "LoomRunError MODEL this WebAssembly module is no model that Loom compiled",
                        "LoomRunError MODEL the compiled model is damaged: it has no output",
                        "LoomRunError MODEL the compiled model is damaged: it has no memory",
                        "LoomRunError MODEL no WebAssembly module: W"));
    }

    /** In base64, a module that has nothing but what Loom writes into those that it compiles. */
    static String describedAs(String description) {
        byte[] content = ("\4loom" + description).getBytes(StandardCharsets.UTF_8);
        ByteBuffer module = ByteBuffer.allocate(10 + content.length);
        module.put(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 0, (byte) content.length});
        return Base64.getEncoder().encodeToString(module.put(content).array());
    }

    private static String bits(float... x) {
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            return Bits.hex(jvm.run(x));
        }
    }

    private static String digest() {
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            return jvm.receipt(Models.input(20)).model().digest();
        }
    }
}
