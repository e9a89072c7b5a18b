package loom.e2e.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * An engine to measure.
 *
 * @param id of its results
 * @param title for the table
 * @param page its page under {@code bench/pages}, a query included
 * @param ending of its model files
 */
record Engine(String id, String title, String page, String ending) {
    static final Engine LOOM = new Engine("loom", "Loom (wasm, in its Worker)", "loom.html?thread=worker", ".json");
    static final Engine LOOM_IN_PAGE =
            new Engine("loom-in-page", "Loom (wasm, in the page)", "loom.html?thread=page", ".json");
    static final Engine LOOM_AHEAD =
            new Engine("loom-ahead", "Loom (wasm, compiled ahead, in the page)", "ahead.html?", ".wasm");

    /** Its page is isolated, which threads need. */
    static final Engine LOOM_ON_TWO = new Engine(
            "loom-2", "Loom (wasm, 2 threads)", "loom.html?thread=worker&" + BenchServer.ISOLATED + "2", ".json");

    static final Engine ORT = new Engine("ort", "onnxruntime-web (wasm, 1 thread, in the page)", "ort.html?", ".onnx");

    /** Its page builds each model from Loom's file. */
    static final Engine TFJS = new Engine("tfjs", "TensorFlow.js (wasm, 1 thread, in the page)", "tfjs.html?", ".json");

    /** Its page builds each model from Loom's file. */
    static final Engine JAX = new Engine("jax", "jax-js (wasm, 1 thread, in the page)", "jax.html?", ".json");

    static final Engine LITERT =
            new Engine("litert", "LiteRT.js (wasm, 1 thread, in the page)", "litert.html?", ".tflite");

    static final Engine PLAIN = new Engine("plain", "plain JavaScript (in the page)", "plain.html?", ".json");

    static final Engine LOOM_GPU = new Engine(
            "loom-webgpu", "Loom (webgpu, in its Worker)", "loom.html?backend=webgpu&thread=worker", ".json");
    static final Engine LOOM_GPU_IN_PAGE = new Engine(
            "loom-webgpu-in-page", "Loom (webgpu, in the page)", "loom.html?backend=webgpu&thread=page", ".json");
    static final Engine ORT_GPU =
            new Engine("ort-webgpu", "onnxruntime-web (webgpu, in the page)", "ort-webgpu.html?", ".onnx");
    static final Engine TFJS_GPU =
            new Engine("tfjs-webgpu", "TensorFlow.js (webgpu, in the page)", "tfjs-webgpu.html?", ".json");

    boolean isOurs() {
        return OURS.contains(this);
    }

    /** Largest difference of an output from the JVM's, relative to its largest value; of ours, one other bit is too much. */
    double error(float[] found, float[] expected) {
        boolean same = Arrays.equals(Floats.toBytes(found), Floats.toBytes(expected));
        return isOurs() && !same ? Double.POSITIVE_INFINITY : Floats.relativeError(found, expected);
    }

    /** Ours on one thread first, here and below; then its peers; then ours on two. */
    static final List<Engine> INFERENCE = List.of(LOOM, LOOM_IN_PAGE, LOOM_AHEAD, ORT, TFJS, JAX, LITERT, LOOM_ON_TWO);

    /** {@link TfliteForm} has layers of one step only. */
    static final List<Engine> SEQUENCES = List.of(LOOM, LOOM_IN_PAGE, LOOM_AHEAD, ORT, TFJS, JAX, LOOM_ON_TWO);

    /** TensorFlow.js and jax-js have no products of int8; LiteRT.js wants weights and values that its own tools have rounded. */
    static final List<Engine> INT8 = List.of(LOOM, LOOM_IN_PAGE, LOOM_AHEAD, ORT, LOOM_ON_TWO);

    /** onnxruntime-web and LiteRT.js do not train. */
    static final List<Engine> TRAINING = List.of(LOOM, LOOM_IN_PAGE, TFJS, JAX, PLAIN, LOOM_ON_TWO);

    /** Threads change nothing before the first run. */
    static final List<Engine> LOADING = List.of(LOOM, LOOM_IN_PAGE, LOOM_AHEAD, ORT, TFJS, JAX, LITERT);

    static final List<Engine> ALL = List.of(LOOM, LOOM_IN_PAGE, LOOM_AHEAD, ORT, TFJS, JAX, LITERT, PLAIN, LOOM_ON_TWO);

    private static final Set<Engine> OURS =
            Set.of(LOOM, LOOM_IN_PAGE, LOOM_AHEAD, LOOM_ON_TWO, LOOM_GPU, LOOM_GPU_IN_PAGE);

    /** Those that have as many threads as the peers: one. */
    static List<Engine> ours(List<Engine> engines) {
        return engines.stream()
                .filter(engine -> engine.isOurs() && engine != LOOM_ON_TWO)
                .toList();
    }

    static List<Engine> peers(List<Engine> engines) {
        return engines.stream().filter(engine -> !engine.isOurs()).toList();
    }
}
