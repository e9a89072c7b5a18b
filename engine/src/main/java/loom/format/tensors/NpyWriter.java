package loom.format.tensors;

import java.util.Arrays;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.numeric.DType;

/** Writes NumPy's npy, version 1.0: row-major, little-endian, the values at a multiple of 64 bytes, as NumPy itself does. */
public final class NpyWriter {
    private static final int ALIGNMENT = 64;

    private NpyWriter() {}

    /** What NumPy calls a type, without the byte order; nothing for one that it does not have. */
    static String kind(DType type) {
        return switch (type) {
            case F64 -> "f8";
            case F32 -> "f4";
            case F16 -> "f2";
            case I64 -> "i8";
            case I32 -> "i4";
            case I16 -> "i2";
            case I8 -> "i1";
            case U64 -> "u8";
            case U32 -> "u4";
            case U16 -> "u2";
            case U8 -> "u1";
            case BOOL -> "b1";
            case BF16, F8_E4M3, F8_E5M2 -> "";
        };
    }

    public static byte[] write(StoredTensor t) {
        String kind = kind(t.type());
        if (kind.isEmpty()) {
            throw new ModelException(
                    Code.UNSUPPORTED,
                    "",
                    t.name(),
                    "",
                    "NumPy has no type " + t.type().label(),
                    "write f32");
        }
        StringBuilder shape = new StringBuilder();
        for (int i = 0; i < t.shape().size(); i++) {
            shape.append(i == 0 ? "" : ", ").append(t.shape().get(i).longValue());
        }
        String comma = t.shape().size() == 1 ? "," : "";
        String order = t.type().bytes() == 1 ? "|" : "<";
        String text = "{'descr': '" + order + kind + "', 'fortran_order': False, 'shape': (" + shape + comma + "), }";
        int start = NpyReader.MAGIC.length + 4;
        int length = (start + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - start;
        byte[] content = t.content();
        byte[] bytes = new byte[Math.addExact(start + length, content.length)];
        System.arraycopy(NpyReader.MAGIC, 0, bytes, 0, NpyReader.MAGIC.length);
        bytes[NpyReader.MAGIC.length] = 1;
        LittleEndian.put(bytes, start - 2, length, 2);
        Arrays.fill(bytes, start, start + length, (byte) ' ');
        for (int i = 0; i < text.length(); i++) {
            bytes[start + i] = (byte) text.charAt(i);
        }
        bytes[start + length - 1] = '\n';
        System.arraycopy(content, 0, bytes, start + length, content.length);
        return bytes;
    }
}
