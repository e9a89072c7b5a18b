package loom.e2e.bench;

import java.util.List;
import loom.model.Model;

/** Something every engine computes from the same numbers. */
interface Workload {
    /** Every workload, in the order of the table. */
    static List<Workload> all() {
        return List.of(
                new MlpWorkload(1),
                new MlpWorkload(64),
                new DigitsWorkload(),
                new MatMulWorkload(512),
                new MatMulWorkload(1024),
                new LstmWorkload());
    }

    /** Short name, for files and {@code --only}. */
    String id();

    /** What it is, for the table. */
    String title();

    /** How many samples one run takes. */
    int batch();

    /** The model in this engine's terms: {@code model.json} is made from it. */
    Model model();

    /** The same model for ONNX Runtime. */
    byte[] onnx();

    /** Input of one run, row-major. */
    float[] input();

    /** Arithmetic of one run: additions and multiplications counted apart. */
    default double flop() {
        return DenseOnnx.flop(model().network(), batch());
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
