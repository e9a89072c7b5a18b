package loom.e2e.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of a workload.
 *
 * @param engines by engine, in the order of {@link Contest#engines}
 */
record Result(Workload workload, Map<Engine, Timing> engines) {
    /** Those that were measured. */
    List<Engine> field() {
        return List.copyOf(engines.keySet());
    }

    /** The peer with the least median time, among those with right outputs. */
    Optional<Timing> bestPeer() {
        return Engine.peers(field()).stream()
                .map(engines::get)
                .filter(Timing::isRight)
                .min(Comparator.comparingDouble(timing -> Sample.median(timing.samples(), Sample::wall)));
    }

    /**
     * One engine's part. Either {@code failure} is empty or nothing was measured.
     *
     * @param error largest difference from the JVM's output, relative to its largest value
     * @param tolerance of the workload
     * @param sameBits whether the output has the JVM's bits
     * @param repeats whether the outputs before and after the timed runs have the same bits
     * @param runs of one sample
     * @param samples one for each round
     */
    record Timing(
            double error,
            double tolerance,
            boolean sameBits,
            boolean repeats,
            int runs,
            List<Sample> samples,
            String failure) {
        static Timing failed(String why) {
            return new Timing(Double.NaN, 0, false, false, 0, List.of(), why);
        }

        boolean isRight() {
            return failure.isEmpty() && error <= tolerance;
        }
    }
}
