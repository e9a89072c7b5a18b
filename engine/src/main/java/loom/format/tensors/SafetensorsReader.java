package loom.format.tensors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.numeric.DType;

/**
 * safetensors: eight bytes with the length of the header, little-endian; the header, JSON in UTF-8 that starts with a brace and may end
 * with spaces; then the tensors, in any order, without gaps, overlaps or anything after the last. Checks stand in the order of the bytes.
 * Nothing is allocated by a size that was not compared with the size of the file.
 */
public final class SafetensorsReader {
    static final String METADATA = "__metadata__";
    static final String DTYPE = "dtype";
    static final String SHAPE = "shape";
    static final String OFFSETS = "data_offsets";

    static final int LENGTH_BYTES = 8;

    /** Headers of models with tens of thousands of tensors are a few MiB. */
    static final int MAX_HEADER = 1 << 24;

    static final int MAX_TENSORS = 1 << 16;

    /** Eighteen digits: more than any file has bytes. */
    private static final long MAX_NUMBER = 999_999_999_999_999_999L;

    /** Types of the format that hold no numbers of one of ours. */
    private static final List<String> OTHER_TYPES = List.of("F4", "F6_E2M3", "F6_E3M2", "F8_E8M0", "C64");

    private SafetensorsReader() {}

    /** A tensor's bytes among all tensors' bytes. */
    private record Range(Cursor tensor, long begin, long end) {}

    public static TensorFile read(String fileName, byte[] bytes) {
        return read(ByteSource.of(fileName, bytes));
    }

    public static TensorFile read(ByteSource source) {
        long size = source.size();
        if (size < LENGTH_BYTES) {
            throw error(source, Code.DATA, size + " bytes, expected at least 8 with the length of the header");
        }
        long length = LittleEndian.number(source.read(0, LENGTH_BYTES), 0);
        if (length < 0 || length > MAX_HEADER) {
            throw error(
                    source,
                    Code.LIMIT,
                    "a header of " + Long.toUnsignedString(length) + " bytes, expected at most " + MAX_HEADER);
        }
        long data = LENGTH_BYTES + length;
        if (data > size) {
            throw error(
                    source,
                    Code.DATA,
                    "a header of " + length + " bytes in a file of " + size + ": the file seems to be cut off");
        }
        Cursor header = header(source, source.read(LENGTH_BYTES, (int) length));
        List<String> keys = header.keys();
        if (keys.size() > MAX_TENSORS) {
            throw header.error(Code.LIMIT, keys.size() + " tensors, expected at most " + MAX_TENSORS, "");
        }
        LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        LinkedHashMap<String, String> metadata = new LinkedHashMap<>();
        List<Range> ranges = new ArrayList<>();
        for (String key : keys) {
            Cursor c = header.member(key);
            if (key.equals(METADATA)) {
                for (String k : c.keys()) {
                    metadata.put(k, c.member(k).string());
                }
                continue;
            }
            c.allow(List.of(DTYPE, SHAPE, OFFSETS));
            DType type = type(c.member(DTYPE));
            List<Long> shape = shape(c.member(SHAPE), type);
            Range range = range(c, size - data);
            long expected = StoredTensor.elements(shape) * type.bytes();
            if (range.end - range.begin != expected) {
                throw c.member(OFFSETS)
                        .error(
                                Code.DATA,
                                "expected " + expected + " bytes for " + type.label() + ", found "
                                        + (range.end - range.begin),
                                "");
            }
            ranges.add(range);
            tensors.put(key, new StoredTensor(key, type, shape, source, data + range.begin));
        }
        cover(source, ranges, size - data);
        return new TensorFile(tensors, metadata);
    }

    private static Cursor header(ByteSource source, byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == ' ') {
            end--;
        }
        if (end == 0 || bytes[0] != '{' || bytes[end - 1] != '}') {
            throw error(source, Code.SYNTAX, "the header is not an object from '{' to '}' and then spaces");
        }
        return Cursor.parse(source.name(), bytes);
    }

    private static DType type(Cursor c) {
        String label = c.string();
        for (DType t : DType.values()) {
            if (t.label().equals(label)) {
                return t;
            }
        }
        if (OTHER_TYPES.contains(label)) {
            throw c.error(Code.UNSUPPORTED, "tensors of type " + label + " cannot be read yet", "");
        }
        throw c.expected("a type of safetensors");
    }

    private static List<Long> shape(Cursor c, DType type) {
        List<Long> shape = new ArrayList<>();
        for (Cursor d : c.elements()) {
            shape.add(d.whole(0L, MAX_NUMBER));
        }
        if (shape.size() > StoredTensor.MAX_RANK) {
            throw c.error(Code.LIMIT, "rank " + shape.size() + " is more than " + StoredTensor.MAX_RANK, "");
        }
        long elements = StoredTensor.elements(shape);
        if (elements < 0 || elements > Long.MAX_VALUE / type.bytes()) {
            throw c.error(Code.LIMIT, "more bytes than a number of 64 bits can say", "");
        }
        return shape;
    }

    private static Range range(Cursor tensor, long dataBytes) {
        Cursor at = tensor.member(OFFSETS);
        List<Cursor> two = at.elements();
        if (two.size() != 2) {
            throw at.expected("a list of 2: first byte and the one after the last");
        }
        long begin = two.get(0).whole(0L, MAX_NUMBER);
        long end = two.get(1).whole(0L, MAX_NUMBER);
        if (begin > end) {
            throw at.error(Code.DATA, "ends at " + end + " before it begins at " + begin, "");
        }
        if (end > dataBytes) {
            throw at.error(
                    Code.DATA,
                    "ends at byte " + end + ", but the file has " + dataBytes + " bytes of tensors",
                    "the file seems to be cut off");
        }
        return new Range(tensor, begin, end);
    }

    /** Every byte after the header belongs to one tensor. */
    private static void cover(ByteSource source, List<Range> ranges, long dataBytes) {
        ranges.sort((a, b) -> a.begin != b.begin ? Long.compare(a.begin, b.begin) : Long.compare(a.end, b.end));
        long at = 0;
        for (Range r : ranges) {
            if (r.begin != at) {
                String what = r.begin < at
                        ? "begins at byte " + r.begin + ", but the tensor before it ends at " + at
                        : "begins at byte " + r.begin + ", but nothing holds the bytes from " + at + " on";
                throw r.tensor.member(OFFSETS).error(Code.DATA, what, "");
            }
            at = r.end;
        }
        if (at != dataBytes) {
            throw error(source, Code.DATA, (dataBytes - at) + " bytes after the last tensor");
        }
    }

    private static ModelException error(ByteSource source, Code code, String problem) {
        return new ModelException(code, source.name(), "", "", problem, "");
    }
}
