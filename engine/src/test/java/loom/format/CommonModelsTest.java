package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import loom.model.Layer;
import loom.model.LeftOut;
import org.junit.jupiter.api.Test;

class CommonModelsTest {
    private static LoadedModel load(String text) {
        return CommonModels.load("m.json", text.getBytes(StandardCharsets.UTF_8), TensorSource.NONE);
    }

    private static String model(String layer) {
        return """
                {"format": "loom", "version": 1, "input": {"shape": [4]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [%s]}]}""".formatted(layer);
    }

    @Test
    void readsWhatTheWholeReaderReads() {
        String text = model(
                "{\"type\": \"sequential\", \"layers\": [{\"type\": \"dense\", \"units\": 3}, {\"type\": \"softmax\"}]}");
        assertEquals(
                ModelWriter.write(ModelReader.load("m.json", text).model()),
                ModelWriter.write(load(text).model()));
    }

    @Test
    void saysWhatItLeavesOut() {
        assertThatThrownBy(() -> load(model("{\"type\": \"kmeans\"}")))
                .isInstanceOf(LeftOut.class)
                .hasMessageContaining("kmeans");
        assertThatThrownBy(() -> load(model("{\"type\": \"residual\", \"layers\": [{\"type\": \"no such thing\"}]}")))
                .isInstanceOf(LeftOut.class);
        assertThatThrownBy(() -> load("{\"layers\": []}")).isInstanceOf(LeftOut.class);
        assertThatThrownBy(() -> load(" PK")).isInstanceOf(LeftOut.class);
        assertThatThrownBy(() -> load("")).isInstanceOf(LeftOut.class);
    }

    @Test
    void whatIsWrongWithACommonLayerIsToldAsByTheWholeReader() {
        String text = model("{\"type\": \"dense\", \"units\": -3}");
        assertThatThrownBy(() -> load(text))
                .isInstanceOf(ModelException.class)
                .satisfies(e -> assertThatThrownBy(() -> ModelReader.load("m.json", text))
                        .hasMessage(e.getMessage()));
    }

    @Test
    void everyCommonLayerIsOneOfAllAndInTheDocument() throws IOException {
        assertThat(Layer.Types.ALL.declarations()).containsAll(Layer.Common.TYPES.declarations());
        String document = Files.readString(Path.of("..", "docs", "page-api.md")).replace('\n', ' ');
        assertThat(document).contains("The small one has: " + String.join(", ", Layer.Common.TYPES.names()) + ".");
    }
}
