package loom.e2e.bench;

import java.util.List;
import loom.model.Model;
import loom.numeric.WeightType;
import loom.quant.Int8Products;
import loom.quant.Quantisation;
import loom.quant.Quantiser;

/**
 * {@link MatMulWorkload} in int8: weights are whole numbers with a scale a column, x is rounded as it comes, by its rows here, as a whole in
 * onnxruntime (DynamicQuantizeLinear, what its own tools write), so answers differ by roundings of x.
 */
record Int8MatMulWorkload(int n, Model model) implements Workload {
    Int8MatMulWorkload(int n) {
        this(n, int8(new MatMulWorkload(n).model()));
    }

    private static Model int8(Model model) {
        return Int8Products.of(Quantiser.quantise(model, Quantisation.of(WeightType.INT8)))
                .result()
                .model();
    }

    @Override
    public String id() {
        return "int8-" + n;
    }

    @Override
    public String title() {
        return "W2 matmul " + n + "³ in int8";
    }

    @Override
    public int batch() {
        return n;
    }

    @Override
    public List<Engine> engines() {
        return Engine.INT8;
    }

    @Override
    public double tolerance() {
        return 0.01;
    }

    @Override
    public float[] input() {
        return new MatMulWorkload(n).input();
    }
}
