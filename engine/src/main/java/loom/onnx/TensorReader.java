package loom.onnx;

import java.util.List;
import java.util.Optional;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.numeric.DType;
import loom.onnx.Protobuf.Longs;

/** Reads {@code TensorProto}: sizes are compared with the data that is there, every type is widened exactly or rounded once. */
final class TensorReader {
    private static final String[] TYPES = {
        "undefined",
        "float",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "float16",
        "double",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bfloat16",
        "float8e4m3fn",
        "float8e4m3fnuz",
        "float8e5m2",
        "float8e5m2fnuz",
        "uint4",
        "int4",
        "float4e2m1",
        "float8e8m0",
        "uint2",
        "int2"
    };

    /** How an element is stored in {@code raw_data}, by type; empty for types that are not read. */
    private static final List<Optional<DType>> STORED = List.of(
            Optional.empty(),
            Optional.of(DType.F32),
            Optional.of(DType.U8),
            Optional.of(DType.I8),
            Optional.of(DType.U16),
            Optional.of(DType.I16),
            Optional.of(DType.I32),
            Optional.of(DType.I64),
            Optional.empty(),
            Optional.of(DType.BOOL),
            Optional.of(DType.F16),
            Optional.of(DType.F64),
            Optional.of(DType.U32),
            Optional.of(DType.U64),
            Optional.empty(),
            Optional.empty(),
            Optional.of(DType.BF16));

    private final Admission admission = new Admission();

    /** A tensor and its name. */
    record Named(String name, Known value) {}

    Admission admission() {
        return admission;
    }

    static String name(long type) {
        return type >= 0 && type < TYPES.length ? TYPES[(int) type] : "type " + type;
    }

    static boolean isReal(int type) {
        return type == 1 || type == 10 || type == 11 || type == 16;
    }

    static boolean isRead(long type) {
        return type > 0 && type < STORED.size() && STORED.get((int) type).isPresent();
    }

    Named read(Protobuf m) {
        Longs dims = new Longs();
        Longs floats = new Longs();
        Longs words = new Longs();
        Longs longs = new Longs();
        Longs doubles = new Longs();
        Longs unsigned = new Longs();
        long type = 0;
        String name = "";
        byte[] raw = null;
        while (m.next()) {
            switch (m.number()) {
                case 1 -> m.wholes(dims);
                case 2 -> type = m.whole();
                case 3 -> throw m.error(Code.UNSUPPORTED, "a tensor in segments", "");
                case 4 -> m.fixeds(floats, 4);
                case 5 -> m.wholes(words);
                case 6 -> throw m.error(Code.UNSUPPORTED, "a tensor of text", "");
                case 7 -> m.wholes(longs);
                case 8 -> name = m.text();
                case 9 -> raw = m.bytes();
                case 10 -> m.fixeds(doubles, 8);
                case 11 -> m.wholes(unsigned);
                case 13 -> throw external(m);
                case 14 -> {
                    if (m.whole() != 0) {
                        throw external(m);
                    }
                }
                default -> {} // documentation, metadata
            }
        }
        if (!isRead(type)) {
            throw m.error(Code.UNSUPPORTED, "tensor " + quoted(name) + " of " + name(type) + " is not read", "");
        }
        int[] extents = extents(m, name, dims);
        long expected = 1;
        for (int d : extents) {
            expected *= d;
        }
        Longs listed = switch ((int) type) {
            case 1 -> floats;
            case 7 -> longs;
            case 11 -> doubles;
            case 12, 13 -> unsigned;
            default -> words;
        };
        DType stored = STORED.get((int) type).orElseThrow();
        long found = raw == null ? listed.size() : raw.length;
        long wanted = raw == null ? expected : expected * stored.bytes();
        if (found != wanted) {
            throw m.error(
                    Code.DATA,
                    "tensor " + quoted(name) + " of " + name(type)
                            + text(extents) + ": expected " + wanted + (raw == null ? " values" : " bytes") + ", found "
                            + found,
                    "");
        }
        long[] bits = new long[(int) expected];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = raw == null ? listed.get(i) : stored.load(raw, i * stored.bytes());
        }
        return new Named(name, value(m, name, (int) type, extents, bits));
    }

    private static RuntimeException external(Protobuf m) {
        return m.error(
                Code.UNSUPPORTED,
                "a tensor whose data is in another file, which is never opened",
                "save the model with its data inside");
    }

    private static int[] extents(Protobuf m, String name, Longs dims) {
        if (dims.size() > Shape.MAX_RANK) {
            throw m.error(
                    Code.LIMIT,
                    "tensor " + quoted(name) + " has rank " + dims.size() + ", expected at most " + Shape.MAX_RANK,
                    "");
        }
        int[] extents = new int[dims.size()];
        long product = 1;
        for (int i = 0; i < extents.length; i++) {
            long d = dims.get(i);
            if (d < 0 || d > Integer.MAX_VALUE) {
                throw m.error(Code.LIMIT, "tensor " + quoted(name) + ": extent " + d + " of axis " + i, "");
            }
            extents[i] = (int) d;
            product *= d;
            if (product > Integer.MAX_VALUE) {
                throw m.error(Code.LIMIT, "tensor " + quoted(name) + " has more than 2^31-1 elements", "");
            }
        }
        return extents;
    }

    private Known value(Protobuf m, String name, int type, int[] dims, long[] bits) {
        if (isReal(type)) {
            DType stored = STORED.get(type).orElseThrow();
            float[] reals = new float[bits.length];
            for (int i = 0; i < reals.length; i++) {
                reals[i] = admit(m, name, i, real(stored, bits[i]));
            }
            return Known.reals(dims, reals);
        }
        for (int i = 0; i < bits.length; i++) {
            bits[i] = switch (type) {
                case 2 -> bits[i] & 0xff;
                case 3 -> (byte) bits[i];
                case 4 -> bits[i] & 0xffff;
                case 5 -> (short) bits[i];
                case 6 -> (int) bits[i];
                case 9 -> bits[i] & 1;
                case 12 -> bits[i] & 0xffffffffL;
                case 13 -> bits[i] < 0 ? Long.MAX_VALUE : bits[i];
                default -> bits[i];
            };
        }
        return type == 9 ? Known.truths(dims, bits) : Known.wholes(dims, bits).of(type);
    }

    private float real(DType type, long bits) {
        admission.addRounded(type.isExact(bits) ? 0 : 1);
        return type.widen(bits);
    }

    private float admit(Protobuf m, String name, int i, float v) {
        if (Float.isNaN(v)) {
            throw m.error(Code.NUMBER, "tensor " + quoted(name) + ": element " + i + " is NaN", "");
        }
        return admission.admit(v);
    }

    static String text(int[] dims) {
        StringBuilder b = new StringBuilder("[");
        for (int i = 0; i < dims.length; i++) {
            b.append(i == 0 ? "" : ",").append(dims[i]);
        }
        return b.append(']').toString();
    }

    /** Names of a file may be long. */
    static String quoted(String name) {
        return "\"" + (name.length() <= 80 ? name : name.substring(0, 77) + "...") + "\"";
    }
}
