package loom.e2e.bench;

import loom.graph.Graph;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.program.Arithmetic;
import loom.train.TrainingGraph;

/** Arithmetic of one run: multiplications and additions of the products, counted apart. */
final class Flop {
    private Flop() {}

    static double of(Workload workload) {
        Network network = workload.model().network();
        return workload instanceof TrainingWorkload t
                ? TrainingWorkload.STEPS * of(TrainingGraph.of(network, t.training()), t.batch())
                : of(NetworkLowering.inference(network), workload.batch());
    }

    private static double of(Graph graph, int batch) {
        return 2.0
                * Arithmetic.byLayer(graph, batch).values().stream()
                        .mapToLong(Arithmetic::multiplyAdds)
                        .sum();
    }
}
