package loom.machine.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a memory is to begin with: what is written to it, kept in the order of WebAssembly: lowest byte first. */
final class MemoryImage implements WasmHost.Memory {
    /** Zeros that cost more to leave out, as a segment of their own begins behind them, than to write. */
    private static final int LEAST_GAP = 32;

    /** Engines take 100,000. */
    private static final int MOST_SEGMENTS = 10_000;

    private int size;
    /** What was written; behind it are zeros, most of a memory for many samples. */
    private byte[] bytes = new byte[0];

    @Override
    public int bytes() {
        return size;
    }

    @Override
    public void grow(int size) {
        this.size = Math.max(this.size, size);
    }

    private void reach(int end) {
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(size, Math.max(end, bytes.length + bytes.length / 4L)));
        }
    }

    /** The section of a module whose memory begins so: where many zeros stand in a row, nothing is written. */
    Bytes dataSection() {
        int gap = LEAST_GAP;
        List<int[]> segments = segments(gap);
        while (segments.size() > MOST_SEGMENTS) {
            gap *= 2;
            segments = segments(gap);
        }
        Bytes section = new Bytes().unsigned(segments.size());
        for (int[] s : segments) {
            section.u8(0).constant(s[0]).unsigned(s[1] - s[0]).append(bytes, s[0], s[1]);
        }
        return section;
    }

    /** Beginnings and ends of what is not {@code gap} zeros or more. */
    private List<int[]> segments(int gap) {
        List<int[]> segments = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            if (bytes[from] == 0) {
                from++;
                continue;
            }
            int last = from;
            for (int i = from; i < bytes.length && i - last <= gap; i++) {
                last = bytes[i] == 0 ? last : i;
            }
            segments.add(new int[] {from, last + 1});
            from = last + 1;
        }
        return segments;
    }

    @Override
    public void write(int address, float[] values) {
        reach(address + 4 * values.length);
        for (int i = 0; i < values.length; i++) {
            word(address + 4 * i, Float.floatToRawIntBits(values[i]));
        }
    }

    @Override
    public void write(int address, int[] values) {
        reach(address + 4 * values.length);
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
