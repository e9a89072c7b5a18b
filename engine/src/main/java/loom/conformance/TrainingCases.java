package loom.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.Words;
import loom.machine.conformance.Case;
import loom.model.NetworkLowering;
import loom.program.Compiler;
import loom.program.Program;
import loom.train.Dataset;
import loom.train.TargetPropagation;
import loom.train.Training;
import loom.train.TrainingGraph;
import loom.train.Tween;

/**
 * The first runs of every {@link Workload}: parameters and all that optimizers remember are compared after each. Then they
 * come again with what a training can have beside: gradients of several runs in one step, clipping by value, an average of the weights;
 * and the first one with other credit than the gradient, and with
 * weights that are rounded.
 */
public final class TrainingCases {
    private static final int RUNS = 4;

    private record Variant(String suffix, Workload workload, Training training) {}

    private static final List<Variant> VARIANTS = variants();

    public static final int SIZE = VARIANTS.size();

    private TrainingCases() {}

    private static List<Variant> variants() {
        List<Variant> all = new ArrayList<>();
        for (Workload w : Workload.ALL) {
            all.add(new Variant("", w, w.training()));
        }
        for (Workload w : Workload.ALL) {
            all.add(new Variant(
                    " and more",
                    w,
                    w.training()
                            .with(Training.ACCUMULATE, 2)
                            .with(Training.CLIP_VALUE, Optional.of(0.0625f))
                            .with(Training.AVERAGE, Optional.of(0.75f))));
        }
        Workload w = Workload.ALL.get(0);
        all.add(new Variant(" by tween", w, w.training().with(Training.CREDIT, new Tween())));
        all.add(new Variant(" by targets", w, w.training().with(Training.CREDIT, new TargetPropagation())));
        all.add(new Variant(" aware of int8", w, w.training().with(Training.QUANTISE_AWARE, "int8")));
        return List.copyOf(all);
    }

    /** Case number {@code seed}, and round again. */
    public static Case of(int seed) {
        Variant variant = VARIANTS.get(Math.floorMod(seed, SIZE));
        Workload w = variant.workload();
        Training training = variant.training();
        Program program = Compiler.compile(TrainingGraph.of(w.model().network(), training));
        List<Case.Step> steps = new ArrayList<>();
        int from = 0;
        for (int run = 0; run < RUNS; run++) {
            LinkedHashMap<String, int[]> feeds = new LinkedHashMap<>();
            if (run == 0) {
                w.model().parameters().forEach((name, t) -> feeds.put(name, bits(t.values())));
            }
            // Batches of several sizes, as the last of an epoch is smaller.
            int to = from + 3 + run % 2;
            Dataset batch = w.data().part(from, to);
            from = to;
            feeds.put(NetworkLowering.INPUT, bits(batch.inputs()));
            feeds.put(TrainingGraph.TARGET, bits(batch.targets()));
            batch.weights().ifPresent(v -> feeds.put(TrainingGraph.WEIGHTS, bits(v)));
            feeds.keySet().retainAll(program.sources().keySet());
            int open = run % training.accumulate();
            boolean closes = open + 1 == training.accumulate();
            TrainingGraph.Run now = new TrainingGraph.Run(run, run / training.accumulate(), open, closes);
            steps.add(new Case.Step(
                    batch.size(),
                    TrainingGraph.scalars(program, training, w.model().seed(), now),
                    feeds));
        }
        return new Case("TRAINING " + w.name() + variant.suffix(), program, steps);
    }

    private static int[] bits(float[] values) {
        return Words.bits(values).toArray();
    }
}
