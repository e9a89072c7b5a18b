package loom.e2e.bench;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one core can do at most with separate multiplications and additions: chains of both in registers, enough of them to hide the time
 * that one takes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class LimitBench {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int TRIPS = 100_000;

    /** Additions and multiplications of a run. */
    static final double FLOP = 2.0 * 6 * TRIPS * SPECIES.length();

    /** Unknown to the compiler. */
    public float start = 0x1p-20f;

    public float factor = 0x1.fffffep-1f;

    @Benchmark
    public float limit() {
        FloatVector x = FloatVector.broadcast(SPECIES, factor);
        FloatVector y = FloatVector.broadcast(SPECIES, start);
        FloatVector s0 = y;
        FloatVector s1 = y;
        FloatVector s2 = y;
        FloatVector s3 = y;
        FloatVector s4 = y;
        FloatVector s5 = y;
        FloatVector p0 = y;
        FloatVector p1 = y;
        FloatVector p2 = y;
        FloatVector p3 = y;
        FloatVector p4 = y;
        FloatVector p5 = y;
        for (int i = 0; i < TRIPS; i++) {
            s0 = s0.add(y);
            p0 = p0.mul(x);
            s1 = s1.add(y);
            p1 = p1.mul(x);
            s2 = s2.add(y);
            p2 = p2.mul(x);
            s3 = s3.add(y);
            p3 = p3.mul(x);
            s4 = s4.add(y);
            p4 = p4.mul(x);
            s5 = s5.add(y);
            p5 = p5.mul(x);
        }
        FloatVector sums = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        FloatVector products = p0.add(p1).add(p2).add(p3).add(p4).add(p5);
        return sums.add(products).reduceLanes(VectorOperators.ADD);
    }
}
