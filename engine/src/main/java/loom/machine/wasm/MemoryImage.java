package loom.machine.wasm;

import java.util.Arrays;

/** What is written to a memory, kept in the order of WebAssembly: lowest byte first. */
final class MemoryImage implements WasmHost.Memory {
    private byte[] bytes = new byte[0];

    @Override
    public int bytes() {
        return bytes.length;
    }

    @Override
    public void grow(int size) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length, size));
    }

    byte[] content() {
        return bytes;
    }

    @Override
    public void write(int address, float[] values) {
        for (int i = 0; i < values.length; i++) {
            word(address + 4 * i, Float.floatToRawIntBits(values[i]));
        }
    }

    @Override
    public void write(int address, int[] values) {
        for (int i = 0; i < values.length; i++) {
            word(address + 4 * i, values[i]);
        }
    }

    private void word(int at, int bits) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (bits >>> 8 * i);
        }
    }

    @Override
    public void read(int address, float[] values) {
        throw new UnsupportedOperationException("an image is only written");
    }

    @Override
    public void read(int address, int[] values) {
        throw new UnsupportedOperationException("an image is only written");
    }

    @Override
    public void close() {}
}
