package loom.web;

import loom.format.tensors.ByteSource;
import org.teavm.jso.JSObject;

/**
 * A file that stays where JavaScript has it and is read piece by piece.
 *
 * @param bytes a Uint8Array, or what {@code src/main/js/files.js} has for one
 * @param first where the file begins there
 */
record JavaScriptFile(String name, JSObject bytes, int first) implements ByteSource {
    JavaScriptFile(String name, JSObject bytes) {
        this(name, bytes, 0);
    }

    /** All of its bytes. */
    byte[] whole() {
        return read(0, Math.toIntExact(size()));
    }

    @Override
    public long size() {
        return Glue.bytesLength(bytes) - first;
    }

    @Override
    public byte[] read(long at, int count) {
        try {
            return Transfer.bytes(bytes, Math.toIntExact(first + at), count);
        } catch (RuntimeException e) {
            throw unreadable(e);
        }
    }

    /** Not byte by byte: there may be hundreds of millions. */
    @Override
    public void floats(long at, float[] into, int from, int count) {
        try {
            Transfer.floats(bytes, Math.toIntExact(first + at), into, from, count);
        } catch (RuntimeException e) {
            throw unreadable(e);
        }
    }

    private static RequestException unreadable(RuntimeException e) {
        return new RequestException("INPUT", "the file cannot be read: " + e.getMessage(), "");
    }
}
