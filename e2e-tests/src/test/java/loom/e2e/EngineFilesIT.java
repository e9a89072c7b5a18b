package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which of the engine's files a page fetches for a model, and that every one has the JVM's bits. */
class EngineFilesIT extends BrowserTest {
    private static final String COMMON =
            model("{\"type\": \"dense\", \"units\": 6}, {\"type\": \"lstm\", \"units\": 3}");
    private static final String RARE = model(
            "{\"type\": \"residual\", \"layers\": [{\"type\": \"kmeans\", \"clusters\": 4, \"output\": \"features\"}]}");

    private static String model(String layers) {
        return """
                {"format": "loom", "version": 1, "input": {"shape": [5, 4]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [%s]}]}""".formatted(layers);
    }

    /** Loads a model with these options, runs it, and gives machine and digest, or the error. */
    private String run(String file, String options) {
        return (String)
                evaluate("""
                try {
                    await using model = await Loom.load(new File([given.file], 'm.json'), OPTIONS);
                    return `${model.backend} ${(await model.receipt(floats(given.x))).output.digest}`;
                } catch (error) {
                    return `${error.code} ${error.path} ${error.message}`;
                }
                """.replace("OPTIONS", options), Map.of("file", file, "x", Bits.base64(Models.input(20))));
    }

    /** The modules that the page asks for meanwhile, in order. */
    private List<String> modules(Runnable action) {
        List<String> names = new ArrayList<>();
        Consumer<Request> listener = request -> {
            if (request.url().endsWith(".wasm")) {
                names.add(request.url().substring(request.url().lastIndexOf('/') + 1));
            }
        };
        page().onRequest(listener);
        action.run();
        page().offRequest(listener);
        return names;
    }

    private static String digest(String file) {
        try (OnJvm jvm = OnJvm.of(file)) {
            return jvm.receipt(Models.input(20)).output().digest().root();
        }
    }

    @Test
    void theSmallOneWillDo() {
        openApi();
        assertThat(modules(() -> assertThat(run(COMMON, "{}")).isEqualTo("wasm " + digest(COMMON))))
                .containsExactly("loom.wasm");
    }

    @Test
    void aLayerThatIsNotThereIsInTheOther() {
        openApi();
        assertThat(modules(() -> assertThat(run(RARE, "{}")).isEqualTo("wasm " + digest(RARE))))
                .containsExactly("loom.wasm", "loom-full.wasm");
        assertThat(modules(() -> assertThat(run(RARE, "{wasmUrl: '/loom/loom-full.wasm'}"))
                        .isEqualTo("wasm " + digest(RARE))))
                .as("asked for by name: one that is there already")
                .isEmpty();
    }

    @Test
    void shadersAreInTheOther() {
        openApi();
        assertThat(modules(() -> assertThat(run(COMMON, "{backend: 'webgpu'}")).isEqualTo("webgpu " + digest(COMMON))))
                .containsExactly("loom-full.wasm");
    }

    @Test
    void onlyTheOneThatKnowsAllSaysThatALayerIsNone() {
        openApi();
        assertThat(run(RARE.replace("kmeans", "kmeens"), "{}"))
                .startsWith("MODEL $.cells[0].layers[0].layers[0].type unknown layer \"kmeens\"")
                .contains("kmeans");
    }
}
