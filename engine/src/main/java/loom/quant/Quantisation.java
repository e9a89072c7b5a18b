package loom.quant;

import java.util.List;
import loom.graph.Shape;
import loom.model.Channels;
import loom.model.Layer;
import loom.numeric.WeightType;

/**
 * Which weights become what.
 *
 * @param per what has a scale of its own
 * @param block about how many numbers have a scale, for {@link Per#BLOCK}
 * @param zeroPoints whether blocks have zero points: for weights that lie on one side of zero
 * @param keep starts of names of parameters that stay f32
 */
public record Quantisation(WeightType type, Per per, int block, boolean zeroPoints, List<String> keep) {
    /** As many numbers to a scale as is common for types of four bits. */
    public static final int BLOCK = 32;

    /** What has a scale of its own. */
    public enum Per {
        TENSOR,
        /** The weights that one output adds up; a row of a table. */
        CHANNEL,
        /** Some of those. */
        BLOCK
    }

    public Quantisation {
        keep = List.copyOf(keep);
        if (block < 1) {
            throw new IllegalArgumentException("a block of " + block + ", expected at least 1");
        }
        if (zeroPoints && !type.hasZeroPoint()) {
            throw new IllegalArgumentException("zero points: only int8 and int4 have them, not " + type.label());
        }
    }

    /** A scale for each channel, for types of four bits one for each block. */
    public static Quantisation of(WeightType type) {
        return new Quantisation(type, usual(type), BLOCK, false, List.of());
    }

    public static Per usual(WeightType type) {
        return type.bits() == 4 ? Per.BLOCK : Per.CHANNEL;
    }

    /** The extents of a block of a layer's parameter. */
    Shape block(Layer layer, Shape shape) {
        if (per == Per.TENSOR || !type.isScaled()) {
            return shape;
        }
        int channel = Channels.axis(layer, shape);
        int[] dims = shape.dims();
        dims[channel] = 1;
        if (per == Per.BLOCK) {
            int first = channel == 0 ? 1 : 0;
            int rest = 1;
            for (int axis = first + 1; axis < dims.length; axis++) {
                rest *= dims[axis];
            }
            dims[first] = Math.max(1, Math.min(dims[first], block / rest));
        }
        return Shape.of(dims);
    }
}
