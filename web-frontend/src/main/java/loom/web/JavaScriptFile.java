package loom.web;

import loom.format.tensors.ByteSource;
import org.teavm.jso.JSObject;

/**
 * A file that stays in JavaScript's memory and is read piece by piece.
 *
 * @param bytes a Uint8Array
 */
record JavaScriptFile(String name, JSObject bytes) implements ByteSource {
    @Override
    public long size() {
        return Glue.bytesLength(bytes);
    }

    @Override
    public byte[] read(long at, int count) {
        return Transfer.bytes(bytes, (int) at, count);
    }
}
