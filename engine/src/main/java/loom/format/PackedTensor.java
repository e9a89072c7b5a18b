package loom.format;

import java.util.Arrays;
import java.util.LinkedHashMap;
import loom.graph.Shape;
import loom.model.Int8;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.F32;
import loom.numeric.Quantized;
import loom.numeric.WeightType;

/**
 * A parameter stored with fewer bits. An element is {@code (q − z)·s}: q the number stored, z the zero point and s the scale of the block it
 * is in. The difference is exact, the product is rounded once to f32. Without zero points z is 0, without scales the element is q.
 *
 * @param block extents of a block, one an axis; blocks at the ends may be smaller, and stand in row-major order
 * @param scales of all blocks, or none
 * @param zeroPoints of all blocks, stored as the elements are, or none
 * @param codes of the elements, row-major
 */
public record PackedTensor(Shape shape, WeightType type, Shape block, float[] scales, byte[] zeroPoints, byte[] codes) {
    /** Key of the scales in a model file, and end of their name in one of tensors. */
    public static final String SCALES = "scales";

    /** As {@link #SCALES}. */
    public static final String ZERO_POINTS = "zero_points";

    /** The name of a parameter's scales or zero points in a file of tensors. */
    public static String partName(String parameter, String part) {
        return parameter + "." + part;
    }

    /** A row of neighbours in one block. */
    public interface Run {
        void at(int from, int count, int block);
    }

    /** Number of blocks of a shape. */
    public static int blocks(Shape shape, Shape block) {
        int n = 1;
        for (int axis = 0; axis < shape.rank(); axis++) {
            n = Math.multiplyExact(n, ceilDiv(shape.dim(axis), block.dim(axis)));
        }
        return n;
    }

    private static int ceilDiv(int a, int b) {
        return (a - 1) / b + 1;
    }

    /** Visits all elements, row-major. */
    public static void runs(Shape shape, Shape block, Run run) {
        runs(shape, block, 0, 0, 0, run);
    }

    private static void runs(Shape shape, Shape block, int axis, int from, int first, Run run) {
        if (axis == shape.rank()) {
            run.at(from, 1, first);
            return;
        }
        int extent = shape.dim(axis);
        int size = block.dim(axis);
        int blocks = ceilDiv(extent, size);
        boolean last = axis == shape.rank() - 1;
        for (int i = 0; i < extent; i += last ? size : 1) {
            int b = first * blocks + i / size;
            if (last) {
                run.at(from * extent + i, Math.min(size, extent - i), b);
            } else {
                runs(shape, block, axis + 1, from * extent + i, b, run);
            }
        }
    }

    /** The values, not yet rounded into the machine's domain. */
    public Tensor widen() {
        float[] values = new float[shape.elements(1)];
        runs(shape, block, (from, count, b) -> {
            float zero = zeroPoints.length == 0 ? 0 : type.value(type.load(zeroPoints, b));
            for (int i = from; i < from + count; i++) {
                float q = type.value(type.load(codes, i));
                values[i] = scales.length == 0 ? q : F32.mul(q - zero, scales[b]);
            }
        });
        return new Tensor(shape, values);
    }

    /** Parameters that are whole numbers of int8 ({@link Int8}), by name: stored as they are, a byte each. */
    public static LinkedHashMap<String, PackedTensor> numbersOf(Model model) {
        LinkedHashMap<String, PackedTensor> all = new LinkedHashMap<>();
        model.network().parameters().forEach((name, spec) -> {
            if (Int8.isNumbers(spec)) {
                float[] values = model.parameters().get(name).values();
                byte[] codes = new byte[values.length];
                for (int i = 0; i < codes.length; i++) {
                    codes[i] = Quantized.toInt8(values[i]);
                }
                all.put(name, numbers(spec.shape(), codes));
            }
        });
        return all;
    }

    /** Whole numbers of int8 as they are. */
    public static PackedTensor numbers(Shape shape, byte[] codes) {
        return new PackedTensor(shape, WeightType.INT8, shape, new float[] {1}, new byte[0], codes);
    }

    /** Bytes of everything stored. */
    public long bytes() {
        return codes.length + 4L * scales.length + zeroPoints.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedTensor o
                && shape.equals(o.shape)
                && type == o.type
                && block.equals(o.block)
                && Arrays.equals(scales, o.scales)
                && Arrays.equals(zeroPoints, o.zeroPoints)
                && Arrays.equals(codes, o.codes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(codes) + 31 * shape.hashCode();
    }
}
