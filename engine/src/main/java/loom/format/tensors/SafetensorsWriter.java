package loom.format.tensors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import loom.format.JsonWriter;

/**
 * Writes safetensors. Tensors stand by falling size of their type and then by name, as the format's own library has them, and the header
 * fills whole words of eight bytes: every tensor is aligned. The same tensors always give the same bytes.
 */
public final class SafetensorsWriter {
    private static final int CHUNK_BYTES = 1 << 20;

    private SafetensorsWriter() {}

    /** Takes the file's bytes piece by piece. */
    public interface Sink {
        void write(byte[] bytes);
    }

    /** A whole file in memory. */
    public static byte[] write(TensorFile file) {
        List<byte[]> pieces = new ArrayList<>();
        write(file, pieces::add);
        long size = 0;
        for (byte[] p : pieces) {
            size += p.length;
        }
        byte[] all = new byte[Math.toIntExact(size)];
        int at = 0;
        for (byte[] p : pieces) {
            System.arraycopy(p, 0, all, at, p.length);
            at += p.length;
        }
        return all;
    }

    public static void write(TensorFile file, Sink sink) {
        List<StoredTensor> sorted = sorted(file.tensors().values());
        byte[] header = header(sorted, file.metadata());
        byte[] length = new byte[SafetensorsReader.LENGTH_BYTES];
        LittleEndian.put(length, 0, header.length, length.length);
        sink.write(length);
        sink.write(header);
        for (StoredTensor t : sorted) {
            for (long from = 0; from < t.bytes(); from += CHUNK_BYTES) {
                int count = (int) Math.min(CHUNK_BYTES, t.bytes() - from);
                sink.write(t.source().read(t.at() + from, count));
            }
        }
    }

    private static List<StoredTensor> sorted(Collection<StoredTensor> tensors) {
        List<StoredTensor> sorted = new ArrayList<>(tensors);
        sorted.sort((a, b) -> a.type().bytes() != b.type().bytes()
                ? b.type().bytes() - a.type().bytes()
                : a.name().compareTo(b.name()));
        return sorted;
    }

    private static byte[] header(List<StoredTensor> sorted, Map<String, String> metadata) {
        JsonWriter w = new JsonWriter().beginLine();
        if (!metadata.isEmpty()) {
            w.key(SafetensorsReader.METADATA).beginObject();
            metadata.forEach((k, v) -> w.key(k).text(v));
            w.endObject();
        }
        long at = 0;
        for (StoredTensor t : sorted) {
            w.key(t.name()).beginObject();
            w.key(SafetensorsReader.DTYPE).text(t.type().label());
            w.key(SafetensorsReader.SHAPE).beginList();
            t.shape().forEach(w::whole);
            w.endList();
            w.key(SafetensorsReader.OFFSETS).beginList();
            w.whole(at).whole(at + t.bytes()).endList();
            w.endObject();
            at += t.bytes();
        }
        String text = w.endObject().finish();
        byte[] json = text.substring(0, text.length() - 1).getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[(json.length + 7) / 8 * 8];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(json, 0, padded, 0, json.length);
        return padded;
    }
}
