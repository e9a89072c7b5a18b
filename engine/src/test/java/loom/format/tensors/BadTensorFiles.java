package loom.format.tensors;

/** A catalogue of malformed files. */
interface BadTensorFiles {
    /** Reads one of them. */
    interface Read {
        void read();
    }

    void into(java.util.Map<String, Read> cases);

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
