package loom.e2e.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Time of one run in milliseconds.
 *
 * @param wall on the clock
 * @param cpu on a processor, all threads of the page together; NaN where the system does not tell
 */
record Sample(double wall, double cpu) {
    static double median(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return median(samples.stream().mapToDouble(of).toArray());
    }

    static double least(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return samples.stream().mapToDouble(of).min().orElse(Double.NaN);
    }

    /** Median over the rounds of {@code peer / ours} in the same round, so that what slows a round slows both. */
    static double ratio(List<Sample> peer, List<Sample> ours, ToDoubleFunction<Sample> of) {
        double[] ratios = new double[Math.min(peer.size(), ours.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = of.applyAsDouble(peer.get(i)) / of.applyAsDouble(ours.get(i));
        }
        return median(ratios);
    }

    static double median(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
