package loom.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.numeric.DType;
import loom.numeric.WeightType;

/** A parameter with a {@code dtype}, and the only place that reads one: its numbers stand in the model file or in one of tensors. */
final class PackedReader {
    static final String DTYPE = "dtype";
    static final String BLOCK = "block";

    private final Cursor at;
    private final TensorSource weights;

    PackedReader(Cursor at, TensorSource weights) {
        this.at = at;
        this.weights = weights;
    }

    /** Keys beside shape and data or tensor. */
    static List<String> keys(Cursor at) {
        List<String> keys = new ArrayList<>();
        if (at.has(DTYPE)) {
            WeightType type = type(at.member(DTYPE));
            keys.add(DTYPE);
            if (type.isScaled()) {
                keys.add(BLOCK);
                keys.add(PackedTensor.SCALES);
            }
            if (type.hasZeroPoint()) {
                keys.add(PackedTensor.ZERO_POINTS);
            }
        }
        return keys;
    }

    private static WeightType type(Cursor at) {
        return WeightType.of(at.string()).orElseThrow(() -> {
            List<String> known = new ArrayList<>();
            for (WeightType t : WeightType.values()) {
                known.add(t.label());
            }
            return at.error(Code.VALUE, Names.unknown(DTYPE, at.string(), known), "");
        });
    }

    PackedTensor read(Shape shape) {
        WeightType type = type(at.member(DTYPE));
        Shape block = at.has(BLOCK) ? block(at.member(BLOCK), shape) : shape;
        int blocks = PackedTensor.blocks(shape, block);
        float[] scales = type.isScaled() ? scales(at.member(PackedTensor.SCALES), blocks) : new float[0];
        byte[] zeroPoints = at.has(PackedTensor.ZERO_POINTS)
                ? codes(at.member(PackedTensor.ZERO_POINTS), type, blocks)
                : new byte[0];
        byte[] codes = at.has(LoomReader.TENSOR)
                ? stored(at.member(LoomReader.TENSOR), type, shape)
                : codes(at.member(LoomReader.DATA), type, shape.elements(1));
        return new PackedTensor(shape, type, block, scales, zeroPoints, codes);
    }

    private static Shape block(Cursor c, Shape shape) {
        Shape block = c.shape();
        boolean fits = block.rank() == shape.rank();
        for (int axis = 0; fits && axis < shape.rank(); axis++) {
            fits = block.dim(axis) <= shape.dim(axis);
        }
        if (!fits) {
            throw c.error(Code.SHAPE, "expected " + shape + " or less along each axis, found " + block, "");
        }
        return block;
    }

    private float[] scales(Cursor c, int blocks) {
        byte[] bytes = c.isObject() ? stored(inFile(c), DType.F32, Shape.of(blocks)) : c.base64();
        if (bytes.length != 4 * blocks) {
            throw c.error(
                    Code.DATA,
                    "expected " + 4 * blocks + " bytes for " + blocks + " scales, found " + bytes.length,
                    "");
        }
        float[] scales = FloatBytes.floats(bytes);
        Door.round(scales, c.file(), c.path(), c.layer());
        return scales;
    }

    private static Cursor inFile(Cursor c) {
        c.allow(List.of(LoomReader.TENSOR));
        return c.member(LoomReader.TENSOR);
    }

    private byte[] codes(Cursor c, WeightType type, int count) {
        return c.isObject() ? stored(inFile(c), type, Shape.of(count)) : whole(c, c.base64(), type, count);
    }

    private static byte[] whole(Cursor c, byte[] bytes, WeightType type, int count) {
        int expected = type.bytes(count);
        if (bytes.length != expected) {
            throw c.error(
                    Code.DATA,
                    "expected " + expected + " bytes for " + count + " of " + type.label() + ", found " + bytes.length,
                    "");
        }
        int used = (int) ((long) count * type.bits() & 7);
        if (used != 0 && (bytes[expected - 1] & 0xff) >>> used != 0) {
            throw c.error(Code.DATA, "bits behind the last of " + count + " numbers, expected zeros", "");
        }
        return bytes;
    }

    private byte[] stored(Cursor name, WeightType type, Shape shape) {
        int count = shape.elements(1);
        boolean whole = type.inFiles() != DType.U8;
        return whole(name, stored(name, type.inFiles(), whole ? shape : Shape.of(type.bytes(count))), type, count);
    }

    private byte[] stored(Cursor name, DType type, Shape shape) {
        TensorSource.Stored found = find(name, weights);
        if (found.type() != type || !found.modelShape().equals(shape)) {
            throw name.error(
                    Code.DATA,
                    "expected " + type.label() + shape + ", found "
                            + found.type().label() + found.modelShape() + " in the file of weights",
                    "");
        }
        return found.content();
    }

    static TensorSource.Stored find(Cursor name, TensorSource weights) {
        Optional<? extends TensorSource.Stored> found = weights.find(name.string());
        if (found.isEmpty()) {
            throw name.error(
                    Code.DATA,
                    "no tensor " + name.value().describe() + " at hand",
                    "the weights are in a file of their own, to be given beside this one");
        }
        return found.get();
    }
}
