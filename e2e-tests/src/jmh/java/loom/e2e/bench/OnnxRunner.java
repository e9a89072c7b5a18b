package loom.e2e.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import loom.graph.Shape;

/** A workload in onnxruntime, all its optimizations on, input and output in memory that it need not copy. */
final class OnnxRunner implements AutoCloseable {
    private final OrtSession session;
    private final FloatBuffer values;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    OnnxRunner(Workload w, int threads) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            session = environment.createSession(OnnxForm.of(w.model(), w.batch()), options);
        }
        FloatBuffer input = floats(w.input().length);
        input.put(0, w.input());
        Shape output = w.model().network().output();
        values = floats(w.batch() * output.elements(1));
        inputs = Map.of(
                session.getInputNames().iterator().next(),
                OnnxTensor.createTensor(
                        environment,
                        input,
                        batched(w.batch(), w.model().network().input())));
        outputs = Map.of(
                session.getOutputNames().iterator().next(),
                OnnxTensor.createTensor(environment, values, batched(w.batch(), output)));
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(Float.BYTES * count)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static long[] batched(int batch, Shape sample) {
        long[] dims = new long[sample.rank() + 1];
        dims[0] = batch;
        for (int i = 0; i < sample.rank(); i++) {
            dims[i + 1] = sample.dim(i);
        }
        return dims;
    }

    void run() throws OrtException {
        session.run(inputs, outputs).close();
    }

    float[] output() {
        float[] copy = new float[values.capacity()];
        values.get(0, copy);
        return copy;
    }

    @Override
    public void close() throws OrtException {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
        session.close();
    }
}
