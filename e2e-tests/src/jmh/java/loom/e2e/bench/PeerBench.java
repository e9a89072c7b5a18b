package loom.e2e.bench;

import ai.onnxruntime.OrtException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The parallel machine beside onnxruntime's native library, in one JVM, on the same numbers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class PeerBench {
    /** The largest difference of two engines' outputs, relative to the largest value. */
    static final double TOLERANCE = 1e-5;

    /** See {@link Workload#id()}. */
    @Param({"matmul512"})
    public String workload;

    @Param({"1"})
    public int threads;

    private ParallelRunner loom;
    private OnnxRunner onnx;

    /** Both engines, if their answers agree. */
    @Setup
    public void open() throws OrtException {
        Workload w = Workload.of(workload).get(0);
        loom = new ParallelRunner(w, threads);
        onnx = new OnnxRunner(w, threads);
        loom.run();
        onnx.run();
        double error = Floats.relativeError(onnx.output(), loom.output());
        double tolerance = w.tolerance() == Workload.TOLERANCE ? TOLERANCE : w.tolerance();
        if (!(error <= tolerance)) {
            throw new IllegalStateException(workload + ": the engines' outputs differ by " + error
                    + " of the largest value, at most " + tolerance + " was expected");
        }
    }

    @Benchmark
    public void loom() {
        loom.run();
    }

    @Benchmark
    public void onnxruntime() throws OrtException {
        onnx.run();
    }

    @TearDown
    public void close() throws OrtException {
        loom.close();
        onnx.close();
    }
}
