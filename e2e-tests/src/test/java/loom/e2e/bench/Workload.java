package loom.e2e.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;

/** Something every engine computes from the same numbers. */
interface Workload {
    /** Where every engine multiplies the same numbers. */
    double TOLERANCE = 1e-4;

    /** Every workload, in the order of the table. */
    static List<Workload> all() {
        return List.of(
                new MlpWorkload(1),
                new MlpWorkload(64),
                new DigitsWorkload(),
                new MatMulWorkload(512),
                new MatMulWorkload(1024),
                new Int8MatMulWorkload(1024),
                new ConvWorkload(1),
                new ConvWorkload(32),
                new BlockWorkload(),
                new LstmWorkload(),
                new TrainingWorkload());
    }

    static List<String> ids() {
        return all().stream().map(Workload::id).toList();
    }

    /** Those of a list of ids with commas between them. */
    static List<Workload> of(String ids) {
        return List.of(ids.split(",")).stream().map(Workload::named).toList();
    }

    private static Workload named(String id) {
        return all().stream()
                .filter(workload -> workload.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown workload " + id));
    }

    /** Short name, for files and {@code --only}. */
    String id();

    /** What it is, for the table. */
    String title();

    /** How many samples one run takes. */
    int batch();

    /** The model in this engine's terms: {@code model.json} is made from it. */
    Model model();

    /** Those that can do it on WebAssembly. */
    default List<Engine> engines() {
        return Engine.INFERENCE;
    }

    /** Engines order their sums differently; an output further from the JVM's, relative to its largest value, is wrong. */
    default double tolerance() {
        return TOLERANCE;
    }

    /** Input of one run, row-major; of a training all samples. */
    float[] input();

    /** Of a training, the class of every sample. */
    default Optional<float[]> labels() {
        return Optional.empty();
    }

    /**
     * A model with parameters from the seed. Biases and scales, which would start as constants, are moved a little, so that an engine
     * that forgets or permutes them gives other numbers.
     */
    static Model seeded(Network network, long seed) {
        Model model = Model.initialise(network, seed);
        LinkedHashMap<String, Tensor> parameters = model.parameters();
        long stream = seed + 1;
        for (Tensor parameter : parameters.values()) {
            stream++;
            if (parameter.shape().rank() == 1) {
                float[] noise = uniform(stream, parameter.values().length);
                for (int i = 0; i < noise.length; i++) {
                    parameter.values()[i] += (noise[i] - 0.5f) / 4;
                }
            }
        }
        return model;
    }

    /** Seeded input values in [0, 1): multiples of 2^-24, so no engine has to round them. */
    static float[] uniform(long seed, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = loom.numeric.Philox.uniform(loom.numeric.Philox.word(seed, i, 0, 0, 0));
        }
        return values;
    }
}
