package loom.format.tensors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.numeric.DType;

/**
 * NumPy's npy, versions 1 to 3: magic, version, length of the header, the header — a Python dictionary of {@code descr}, {@code
 * fortran_order} and {@code shape} — and the values. Both byte orders and both orders of axes are read; what comes out is little-endian
 * and row-major.
 */
public final class NpyReader {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER = 1 << 16;
    private static final int FIXED = MAGIC.length + 2;

    private NpyReader() {}

    /** {@code name} is the tensor's. */
    public static StoredTensor read(String name, ByteSource source) {
        long size = source.size();
        if (size < FIXED + 2) {
            throw error(source, Code.DATA, size + " bytes, expected at least 10 of magic, version and length");
        }
        byte[] start = source.read(0, FIXED + 2);
        if (!Arrays.equals(MAGIC, 0, MAGIC.length, start, 0, MAGIC.length)) {
            throw error(source, Code.FORMAT, "does not start with \\x93NUMPY");
        }
        int major = start[MAGIC.length];
        int minor = start[MAGIC.length + 1];
        if (major < 1 || major > 3 || minor != 0) {
            throw error(source, Code.FORMAT, "version " + major + "." + minor + ", expected 1.0, 2.0 or 3.0");
        }
        int lengthBytes = major == 1 ? 2 : 4;
        long at = FIXED + lengthBytes;
        if (size < at) {
            throw error(source, Code.DATA, "cut off in the length of the header");
        }
        long length = major == 1 ? LittleEndian.half(start, FIXED) : LittleEndian.word(source.read(FIXED, 4), 0);
        if (length > MAX_HEADER) {
            throw error(source, Code.LIMIT, "a header of " + length + " bytes, expected at most " + MAX_HEADER);
        }
        if (length > size - at) {
            throw error(source, Code.DATA, "a header of " + length + " bytes: the file seems to be cut off");
        }
        NpyHeader header = NpyHeader.parse(source.name(), source.read(at, (int) length));
        return tensor(name, source, header, at + length);
    }

    private static StoredTensor tensor(String name, ByteSource source, NpyHeader header, long at) {
        List<Long> shape = header.shape();
        DType type = header.type();
        if (shape.size() > StoredTensor.MAX_RANK) {
            throw error(source, Code.LIMIT, "rank " + shape.size() + " is more than " + StoredTensor.MAX_RANK);
        }
        long elements = StoredTensor.elements(shape);
        if (elements < 0 || elements > Long.MAX_VALUE / type.bytes()) {
            throw error(source, Code.LIMIT, "more bytes than a number of 64 bits can say");
        }
        long expected = elements * type.bytes();
        long found = source.size() - at;
        if (found != expected) {
            throw error(source, Code.DATA, "expected " + expected + " bytes of values, found " + found);
        }
        StoredTensor stored = new StoredTensor(name, type, shape, source, at);
        boolean turned = header.fortranOrder() && shape.size() > 1;
        if (!turned && !header.bigEndian()) {
            return stored;
        }
        byte[] bytes = stored.content();
        if (header.bigEndian()) {
            swap(bytes, type.bytes());
        }
        return StoredTensor.of(name, type, shape, turned ? rowMajor(bytes, shape, type.bytes()) : bytes);
    }

    private static void swap(byte[] bytes, int width) {
        for (int at = 0; at < bytes.length; at += width) {
            for (int i = 0; i < width / 2; i++) {
                byte b = bytes[at + i];
                bytes[at + i] = bytes[at + width - 1 - i];
                bytes[at + width - 1 - i] = b;
            }
        }
    }

    /** From the order in which the first axis runs fastest to that of the last. */
    private static byte[] rowMajor(byte[] bytes, List<Long> shape, int width) {
        byte[] out = new byte[bytes.length];
        int[] index = new int[shape.size()];
        for (int to = 0; to < bytes.length; to += width) {
            long from = 0;
            for (int a = index.length - 1; a >= 0; a--) {
                from = from * shape.get(a) + index[a];
            }
            System.arraycopy(bytes, (int) from * width, out, to, width);
            for (int a = index.length - 1; a >= 0 && ++index[a] == shape.get(a); a--) {
                index[a] = 0;
            }
        }
        return out;
    }

    /** The header: {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }}. */
    private record NpyHeader(DType type, boolean bigEndian, boolean fortranOrder, List<Long> shape) {
        static NpyHeader parse(String file, byte[] bytes) {
            return new Parser(file, bytes).header();
        }
    }

    private static final class Parser {
        private final String file;
        private final byte[] text;
        private int at;

        Parser(String file, byte[] text) {
            this.file = file;
            this.text = text;
        }

        NpyHeader header() {
            String descr = "";
            boolean fortran = false;
            List<Long> shape = new ArrayList<>();
            List<String> seen = new ArrayList<>();
            need('{');
            while (!take('}')) {
                String key = string();
                if (seen.contains(key)) {
                    throw problem("the key '" + key + "' is there twice");
                }
                seen.add(key);
                need(':');
                switch (key) {
                    case "descr" -> descr = descr();
                    case "fortran_order" -> fortran = flag();
                    case "shape" -> shape = tuple();
                    default -> throw problem("unknown key '" + key + "'");
                }
                if (!take(',')) {
                    need('}');
                    break;
                }
            }
            for (String key : List.of("descr", "fortran_order", "shape")) {
                if (!seen.contains(key)) {
                    throw problem("the key '" + key + "' is missing");
                }
            }
            space();
            if (at < text.length) {
                throw expected("nothing after the dictionary");
            }
            return new NpyHeader(type(descr), descr.charAt(0) == '>', fortran, shape);
        }

        private DType type(String descr) {
            boolean little = descr.startsWith("<");
            boolean big = descr.startsWith(">");
            String kind = little || big || descr.startsWith("|") ? descr.substring(1) : "";
            boolean one = kind.equals("i1") || kind.equals("u1") || kind.equals("b1");
            if (!kind.isEmpty() && (one || little || big)) {
                for (DType t : DType.values()) {
                    if (NpyWriter.kind(t).equals(kind)) {
                        return t;
                    }
                }
            }
            throw new ModelException(
                    Code.UNSUPPORTED,
                    file,
                    "descr",
                    "",
                    "values of type '" + descr + "' cannot be read",
                    "save as float64, float32, float16, bool or an integer type");
        }

        private String descr() {
            space();
            if (at < text.length && text[at] == '[') {
                throw new ModelException(
                        Code.UNSUPPORTED, file, "descr", "", "records with fields cannot be read", "save one array");
            }
            return string();
        }

        private boolean flag() {
            space();
            for (String word : List.of("True", "False")) {
                if (startsWith(word)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw expected("True or False");
        }

        private boolean startsWith(String word) {
            for (int i = 0; i < word.length(); i++) {
                if (at + i >= text.length || text[at + i] != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private List<Long> tuple() {
            List<Long> values = new ArrayList<>();
            need('(');
            while (!take(')')) {
                values.add(whole());
                if (!take(',')) {
                    if (values.size() == 1) {
                        throw expected("','");
                    }
                    need(')');
                    break;
                }
            }
            return values;
        }

        private long whole() {
            space();
            int start = at;
            long v = 0;
            while (at < text.length && text[at] >= '0' && text[at] <= '9') {
                if (at - start == 18) {
                    throw problem("an extent of more than 18 digits");
                }
                v = 10 * v + text[at++] - '0';
            }
            if (at == start) {
                throw expected("an extent");
            }
            return v;
        }

        private String string() {
            space();
            if (at == text.length || text[at] != '\'' && text[at] != '"') {
                throw expected("a text in quotes");
            }
            byte quote = text[at++];
            StringBuilder b = new StringBuilder();
            while (at < text.length && text[at] != quote) {
                if (text[at] < ' ' || text[at] == '\\') {
                    throw expected("plain characters");
                }
                b.append((char) text[at++]);
            }
            if (at == text.length) {
                throw expected("a quote at the end of a text");
            }
            at++;
            return b.toString();
        }

        private void space() {
            while (at < text.length && (text[at] == ' ' || text[at] == '\n')) {
                at++;
            }
        }

        private boolean take(char c) {
            space();
            boolean there = at < text.length && text[at] == c;
            if (there) {
                at++;
            }
            return there;
        }

        private void need(char c) {
            if (!take(c)) {
                throw expected("'" + c + "'");
            }
        }

        private ModelException expected(String what) {
            return problem("expected " + what
                    + (at < text.length ? " at byte " + at + " of the header" : ", found the end of the header"));
        }

        private ModelException problem(String what) {
            return new ModelException(Code.SYNTAX, file, "", "", what, "");
        }
    }

    private static ModelException error(ByteSource source, Code code, String problem) {
        return new ModelException(code, source.name(), "", "", problem, "");
    }
}
