package loom.web;

import loom.format.tensors.ByteSource;
import org.teavm.jso.JSObject;

/**
 * A file that stays in JavaScript's memory and is read piece by piece.
 *
 * @param bytes a Uint8Array
 * @param first where the file begins there
 */
record JavaScriptFile(String name, JSObject bytes, int first) implements ByteSource {
    JavaScriptFile(String name, JSObject bytes) {
        this(name, bytes, 0);
    }

    @Override
    public long size() {
        return Glue.bytesLength(bytes) - first;
    }

    @Override
    public byte[] read(long at, int count) {
        return Transfer.bytes(bytes, Math.toIntExact(first + at), count);
    }
}
