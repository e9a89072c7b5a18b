package loom.format.tensors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import loom.format.ModelException;
import loom.format.ModelException.Code;

/**
 * NumPy's npz: a zip file of npy files, stored or deflated. Read by the central directory at its end, as zip says; sizes, checksums and
 * places are compared with the file before anything is allocated. Names are labels of tensors and never paths.
 */
public final class Npz {
    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    /** 1 January 1980, the first day that zip knows: the same tensors always give the same bytes. */
    private static final int DATE = 0x21;

    /** Two bits can stand for 258 bytes. */
    private static final int MAX_RATIO = 1032;

    private static final int MAX_BYTES = 1 << 30;

    private final String file;
    private final byte[] zip;

    private Npz(String file, byte[] zip) {
        this.file = file;
        this.zip = zip;
    }

    // ---- reading ----

    public static TensorFile read(String fileName, byte[] zip) {
        return new Npz(fileName, zip).tensors();
    }

    private TensorFile tensors() {
        int end = end();
        int count = LittleEndian.half(zip, end + 10);
        long directory = LittleEndian.word(zip, end + 16);
        if (count == 0xffff || directory == 0xffffffffL) {
            throw error(Code.UNSUPPORTED, "a zip file of more than 4 GiB or 65,534 entries");
        }
        if (LittleEndian.half(zip, end + 8) != count || LittleEndian.half(zip, end + 4) != 0) {
            throw error(Code.UNSUPPORTED, "a zip file in several parts");
        }
        if (directory + LittleEndian.word(zip, end + 12) != end) {
            throw error(Code.DATA, "the directory does not end where its end is");
        }
        LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        int at = (int) directory;
        long total = 0;
        for (int i = 0; i < count; i++) {
            if (at + CENTRAL_BYTES > end || (int) LittleEndian.word(zip, at) != CENTRAL) {
                throw error(Code.DATA, "entry " + i + " of the directory is not there");
            }
            int nameBytes = LittleEndian.half(zip, at + 28);
            int next =
                    at + CENTRAL_BYTES + nameBytes + LittleEndian.half(zip, at + 30) + LittleEndian.half(zip, at + 32);
            if (next > end) {
                throw error(Code.DATA, "entry " + i + " of the directory is cut off");
            }
            String entry = new String(zip, at + CENTRAL_BYTES, nameBytes, StandardCharsets.UTF_8);
            String name = entry.endsWith(".npy") ? entry.substring(0, entry.length() - 4) : entry;
            total += LittleEndian.word(zip, at + 24);
            if (total > MAX_BYTES) {
                throw error(Code.LIMIT, "more than " + MAX_BYTES + " bytes come out");
            }
            if (tensors.containsKey(name)) {
                throw error(Code.KEY, "the entry \"" + entry + "\" is there twice");
            }
            ByteSource content = ByteSource.of(file + "!" + entry, content(entry, at, (int) directory));
            tensors.put(name, NpyReader.read(name, content));
            at = next;
        }
        if (at != end) {
            throw error(Code.DATA, (end - at) + " bytes between the entries and the end of the directory");
        }
        return new TensorFile(tensors, new LinkedHashMap<>());
    }

    /** Where the end of the directory stands: last in the file, but for a comment. */
    private int end() {
        for (int at = zip.length - END_BYTES; at >= 0 && at >= zip.length - END_BYTES - 0xffff; at--) {
            if ((int) LittleEndian.word(zip, at) == END
                    && at + END_BYTES + LittleEndian.half(zip, at + 20) == zip.length) {
                return at;
            }
        }
        throw error(Code.FORMAT, "no end of a zip directory: not an npz file, or cut off");
    }

    private byte[] content(String entry, int central, int directory) {
        int flags = LittleEndian.half(zip, central + 8);
        int method = LittleEndian.half(zip, central + 10);
        long crc = LittleEndian.word(zip, central + 16);
        long packed = LittleEndian.word(zip, central + 20);
        long size = LittleEndian.word(zip, central + 24);
        long local = LittleEndian.word(zip, central + 42);
        if ((flags & 1) != 0) {
            throw error(Code.UNSUPPORTED, "\"" + entry + "\" is encrypted");
        }
        if (method != STORED && method != DEFLATED) {
            throw error(Code.UNSUPPORTED, "\"" + entry + "\" is compressed by method " + method);
        }
        if (local + LOCAL_BYTES > directory || (int) LittleEndian.word(zip, (int) local) != LOCAL) {
            throw error(Code.DATA, "\"" + entry + "\" is not where the directory says");
        }
        long from = local
                + LOCAL_BYTES
                + LittleEndian.half(zip, (int) local + 26)
                + LittleEndian.half(zip, (int) local + 28);
        if (from + packed > directory) {
            throw error(Code.DATA, "\"" + entry + "\" is cut off");
        }
        if (method == DEFLATED && size > MAX_RATIO * packed) {
            throw error(Code.DATA, "\"" + entry + "\": " + size + " bytes cannot come out of " + packed);
        }
        byte[] raw = Arrays.copyOfRange(zip, (int) from, (int) (from + packed));
        byte[] bytes = method == STORED ? raw : inflated(entry, raw, (int) size);
        if (bytes.length != size) {
            throw error(Code.DATA, "\"" + entry + "\": " + bytes.length + " bytes, expected " + size);
        }
        if (checksum(bytes) != (int) crc) {
            throw error(Code.DATA, "\"" + entry + "\": the checksum is wrong");
        }
        return bytes;
    }

    private byte[] inflated(String entry, byte[] raw, int size) {
        byte[] bytes = new byte[size];
        Inflater inflater = new Inflater(true);
        // Without a zlib header the inflater wants a byte behind the data.
        inflater.setInput(Arrays.copyOf(raw, raw.length + 1));
        try {
            int done = 0;
            while (done < size) {
                int count = inflater.inflate(bytes, done, size - done);
                if (count == 0) {
                    break;
                }
                done += count;
            }
            if (done == size && inflater.inflate(new byte[1]) == 0 && inflater.finished()) {
                return bytes;
            }
        } catch (DataFormatException e) {
            // Said below: libraries differ in what they call it.
        } finally {
            inflater.end();
        }
        throw error(Code.DATA, "\"" + entry + "\" is not " + size + " bytes, deflated");
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private ModelException error(Code code, String problem) {
        return new ModelException(code, file, "", "", problem, "");
    }

    // ---- writing ----

    /** Entries are stored as they are. */
    public static byte[] write(TensorFile file) {
        List<byte[]> parts = new ArrayList<>();
        List<byte[]> directory = new ArrayList<>();
        long at = 0;
        for (StoredTensor t : file.tensors().values()) {
            byte[] name = (t.name() + ".npy").getBytes(StandardCharsets.UTF_8);
            byte[] content = NpyWriter.write(t);
            byte[] local = new byte[LOCAL_BYTES];
            byte[] central = new byte[CENTRAL_BYTES];
            LittleEndian.put(local, 0, LOCAL, 4);
            LittleEndian.put(central, 0, CENTRAL, 4);
            LittleEndian.put(central, 4, 20, 2);
            describe(local, 4, name, content);
            describe(central, 6, name, content);
            LittleEndian.put(central, 42, at, 4);
            parts.addAll(List.of(local, name, content));
            directory.addAll(List.of(central, name));
            at += (long) local.length + name.length + content.length;
        }
        long directoryBytes = 0;
        for (byte[] d : directory) {
            directoryBytes += d.length;
        }
        byte[] end = new byte[END_BYTES];
        LittleEndian.put(end, 0, END, 4);
        LittleEndian.put(end, 8, file.tensors().size(), 2);
        LittleEndian.put(end, 10, file.tensors().size(), 2);
        LittleEndian.put(end, 12, directoryBytes, 4);
        LittleEndian.put(end, 16, at, 4);
        byte[] zip = new byte[Math.toIntExact(at + directoryBytes + END_BYTES)];
        parts.addAll(directory);
        parts.add(end);
        int to = 0;
        for (byte[] p : parts) {
            System.arraycopy(p, 0, zip, to, p.length);
            to += p.length;
        }
        return zip;
    }

    /** What the two headers of an entry share, from the version that is needed on. */
    private static void describe(byte[] header, int at, byte[] name, byte[] content) {
        LittleEndian.put(header, at, 20, 2);
        LittleEndian.put(header, at + 2, 1 << 11, 2); // the name is UTF-8
        LittleEndian.put(header, at + 8, DATE, 2);
        LittleEndian.put(header, at + 10, checksum(content), 4);
        LittleEndian.put(header, at + 14, content.length, 4);
        LittleEndian.put(header, at + 18, content.length, 4);
        LittleEndian.put(header, at + 22, name.length, 2);
    }
}
