package loom.e2e.bench;

import loom.graph.Shape;
import loom.model.Attention;
import loom.model.Conv;
import loom.model.Model;
import loom.model.Place;

/** Arithmetic of one run: multiplications and additions of the products, counted apart. */
final class Flop {
    private Flop() {}

    static double of(Workload workload) {
        return of(workload.model(), workload.batch());
    }

    private static double of(Model model, int batch) {
        double sum = 0;
        for (Place place : model.network().allPlaces()) {
            sum += place.parameters().stream()
                    .filter(spec -> spec.shape().rank() > 1)
                    .mapToDouble(spec -> 2.0 * positions(place) * spec.shape().elements(1))
                    .sum();
            if (place.layer() instanceof Attention) {
                sum += ofHeads(place.input());
            }
        }
        return batch * sum;
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
