package loom.format.tensors;

import java.util.Map;

/** A catalogue of malformed files. */
interface BadTensorFiles {
    /** Adds what reads each of them. */
    void into(Map<String, Runnable> cases);

    static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] p : parts) {
            size += p.length;
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] p : parts) {
            System.arraycopy(p, 0, all, at, p.length);
            at += p.length;
        }
        return all;
    }
}
