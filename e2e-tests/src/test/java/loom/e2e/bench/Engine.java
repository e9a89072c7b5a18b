package loom.e2e.bench;

import java.util.List;

/**
 * An engine to measure.
 *
 * @param id names its page, {@code bench/pages/ID.html} and {@code ID.js}
 * @param title for the table
 * @param ending of its model files
 */
record Engine(String id, String title, String ending) {
    static final Engine LOOM = new Engine("loom", "Loom (wasm)", ".json");
    static final Engine ORT = new Engine("ort", "onnxruntime-web (wasm, 1 thread)", ".onnx");

    /** Ours first; the others are its peers. */
    static final List<Engine> ALL = List.of(LOOM, ORT);

    static List<Engine> peers() {
        return ALL.subList(1, ALL.size());
    }
}
