package loom.e2e.bench;

import java.util.List;
import loom.graph.Shape;
import loom.model.Attention;
import loom.model.Conv;
import loom.model.Place;

/** Arithmetic of one run: multiplications and additions of the products, counted apart. */
final class Flop {
    private Flop() {}

    static double of(Workload workload) {
        List<Place> places = workload.model().network().allPlaces();
        double forward = places.stream().mapToDouble(Flop::of).sum();
        // The way back has two products for each one, but the first layer's input needs no slope.
        return workload instanceof TrainingWorkload
                ? TrainingWorkload.STEPS * workload.batch() * (3 * forward - of(places.get(0)))
                : workload.batch() * forward;
    }

    /** Of one sample. */
    private static double of(Place place) {
        double products = place.parameters().stream()
                .filter(spec -> spec.shape().rank() > 1)
                .mapToDouble(spec -> 2.0 * positions(place) * spec.shape().elements(1))
                .sum();
        return place.layer() instanceof Attention ? products + ofHeads(place.input()) : products;
    }

    /** How often each weight of a matrix or kernel is used. */
    private static int positions(Place place) {
        if (place.layer() instanceof Conv conv) {
            return place.output().elements(1) / conv.filters();
        }
        Shape input = place.input();
        return input.elements(1) / input.dim(input.rank() - 1);
    }

    /** Queries with keys, and probabilities with values; those that are hidden too, as engines compute them. */
    private static double ofHeads(Shape input) {
        return 2 * 2.0 * input.dim(0) * input.dim(0) * input.dim(1);
    }
}
