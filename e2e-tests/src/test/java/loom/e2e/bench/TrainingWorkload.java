package loom.e2e.bench;

import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.model.Activation.Simple;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Sgd;
import loom.train.Training;

/** Training 784-128-10 with ReLU by gradient descent on cross-entropy; a run is a training from the model's first weights. */
record TrainingWorkload(Model model) implements Workload {
    private static final long SEED = 601;
    private static final int FEATURES = 784;
    private static final int CLASSES = 10;
    private static final int SAMPLES = 20 * 32;

    static final int STEPS = 1000;

    /**
     * After so many, answers are compared. Later engines part, all of them right: where another order of sums puts a hidden unit on the
     * other side of ReLU's corner for one sample, its weights step elsewhere.
     */
    static final int CHECKED_STEPS = 100;

    static final float RATE = 0.01f;

    TrainingWorkload() {
        this(Workload.seeded(
                Network.of(
                        "training", Shape.of(FEATURES), new Dense(128, Simple.RELU), new Dense(CLASSES, Simple.LINEAR)),
                SEED));
    }

    @Override
    public String id() {
        return "train";
    }

    @Override
    public String title() {
        return "W6 training of 784-128-10, batch 32, 1,000 steps";
    }

    @Override
    public int batch() {
        return 32;
    }

    @Override
    public List<Engine> engines() {
        return Engine.TRAINING;
    }

    /** All samples; batches follow one another in their order, again and again. */
    @Override
    public float[] input() {
        return Workload.uniform(SEED + 1, SAMPLES * FEATURES);
    }

    /** The largest of ten random sums of a sample's values, so that there is something to learn. */
    @Override
    public Optional<float[]> labels() {
        float[] inputs = input();
        float[] weights = Workload.uniform(SEED + 2, CLASSES * FEATURES);
        float[] labels = new float[SAMPLES];
        for (int sample = 0; sample < SAMPLES; sample++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < CLASSES; c++) {
                double sum = 0;
                for (int i = 0; i < FEATURES; i++) {
                    sum += (inputs[sample * FEATURES + i] - 0.5) * (weights[c * FEATURES + i] - 0.5);
                }
                if (sum > largest) {
                    largest = sum;
                    labels[sample] = c;
                }
            }
        }
        return Optional.of(labels);
    }

    Training training() {
        return Training.of(new CrossEntropy(true, 0, Optional.empty()), new Sgd(), RATE, batch())
                .with(Training.EPOCHS, STEPS * batch() / SAMPLES)
                .with(Training.SHUFFLE, false);
    }

    Dataset data() {
        return Dataset.labelled(model.network(), training(), input(), labels().orElseThrow(), Optional.empty());
    }
}
