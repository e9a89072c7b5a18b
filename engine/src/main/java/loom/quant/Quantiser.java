package loom.quant;

import java.util.LinkedHashMap;
import loom.format.Door;
import loom.format.PackedTensor;
import loom.graph.Shape;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;

/**
 * Rounds the weights of a trained model to fewer bits: matrices, filters and tables, where that takes fewer bytes. Biases, scales of norms
 * and statistics stay f32, which costs little.
 */
public final class Quantiser {
    private final Quantisation how;

    private Quantiser(Quantisation how) {
        this.how = how;
    }

    /**
     * A model with fewer bits.
     *
     * @param original as it was
     * @param model as it is read back
     * @param packed the parameters that are stored with fewer bits
     */
    public record Result(Model original, Model model, LinkedHashMap<String, PackedTensor> packed) {}

    public static Result quantise(Model model, Quantisation how) {
        return new Quantiser(how).quantise(model);
    }

    private Result quantise(Model model) {
        LinkedHashMap<String, PackedTensor> packed = new LinkedHashMap<>();
        LinkedHashMap<String, Tensor> values = new LinkedHashMap<>(model.parameters());
        for (Place place : model.network().allPlaces()) {
            for (ParameterSpec spec : place.parameters()) {
                String name = place.parameterName(spec);
                if (spec.shape().rank() > 1 && spec.role() == ParameterSpec.Role.TRAINED && !isKept(name)) {
                    PackedTensor p = pack(model.parameters().get(name), how.block(place.layer(), spec.shape()));
                    if (p.bytes() < 4L * spec.shape().elements(1)) {
                        packed.put(name, p);
                        Tensor t = p.widen();
                        Door.round(t.values(), name);
                        values.put(name, t);
                    }
                }
            }
        }
        return new Result(model, model.withParameters(values), packed);
    }

    private boolean isKept(String name) {
        for (String k : how.keep()) {
            if (name.startsWith(k)) {
                return true;
            }
        }
        return false;
    }

    private PackedTensor pack(Tensor t, Shape block) {
        float[] all = t.values();
        int n = all.length;
        byte[] codes = new byte[how.type().bytes(n)];
        if (!how.type().isScaled()) {
            for (int i = 0; i < n; i++) {
                how.type().store(codes, i, how.type().code(all[i]));
            }
            return new PackedTensor(t.shape(), how.type(), block, new float[0], new byte[0], codes);
        }
        int blocks = PackedTensor.blocks(t.shape(), block);
        float[] scales = new float[blocks];
        byte[] zeros = new byte[how.zeroPoints() ? how.type().bytes(blocks) : 0];
        int[] order = new int[n];
        int[] ends = order(t.shape(), block, blocks, order);
        for (int b = 0; b < blocks; b++) {
            int from = b == 0 ? 0 : ends[b - 1];
            float[] values = new float[ends[b] - from];
            for (int i = 0; i < values.length; i++) {
                values[i] = all[order[from + i]];
            }
            Levels levels = Levels.of(how.type(), how.zeroPoints(), values);
            scales[b] = levels.scale();
            if (how.zeroPoints()) {
                how.type().store(zeros, b, levels.zero());
            }
            for (int i = 0; i < values.length; i++) {
                how.type().store(codes, order[from + i], levels.code(values[i]));
            }
        }
        return new PackedTensor(t.shape(), how.type(), block, scales, zeros, codes);
    }

    /** Writes the numbers of the elements to {@code order}, block after block; gives where each block ends. */
    private static int[] order(Shape shape, Shape block, int blocks, int[] order) {
        int[] ends = new int[blocks];
        PackedTensor.runs(shape, block, (from, count, b) -> ends[b] += count);
        int[] at = new int[blocks];
        for (int b = 1; b < blocks; b++) {
            at[b] = ends[b - 1];
            ends[b] += ends[b - 1];
        }
        PackedTensor.runs(shape, block, (from, count, b) -> {
            for (int i = 0; i < count; i++) {
                order[at[b]++] = from + i;
            }
        });
        return ends;
    }
}
