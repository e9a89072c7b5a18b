package loom.format.tensors;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Malformed npy and npz files. */
final class BadNumpy implements BadTensorFiles {
    private Map<String, Runnable> cases;

    @Override
    public void into(Map<String, Runnable> into) {
        cases = into;
        npyFrame();
        npyHeader();
        npz();
    }

    // ---- npy ----

    private void npy(String name, byte... bytes) {
        cases.put(name, () -> NpyReader.read("x", ByteSource.of(name, bytes)));
    }

    private static byte[] frame(int major, int minor, String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        byte[] length = new byte[major == 1 ? 2 : 4];
        LittleEndian.put(length, 0, text.length, length.length);
        byte[] version = {(byte) major, (byte) minor};
        return BadTensorFiles.join(NpyReader.MAGIC, version, length, text, new byte[dataBytes]);
    }

    private void header(String name, String header, int dataBytes) {
        npy(name, frame(1, 0, header, dataBytes));
    }

    private void npyFrame() {
        npy("empty.npy");
        npy("nine-bytes.npy", new byte[9]);
        npy("no-magic.npy", new byte[10]);
        npy("version-0.npy", frame(0, 0, "{}", 0));
        npy("version-4.npy", frame(4, 0, "{}", 0));
        npy("version-1-1.npy", frame(1, 1, "{}", 0));
        byte[] cut = frame(2, 0, "", 0);
        npy("length-cut-off.npy", java.util.Arrays.copyOf(cut, 11));
        npy("header-cut-off.npy", java.util.Arrays.copyOf(frame(1, 0, "{'descr': ", 0), 15));
        byte[] huge = frame(2, 0, "", 0);
        LittleEndian.put(huge, 8, 0xffffffffL, 4);
        npy("header-of-4-gib.npy", huge);
    }

    private void npyHeader() {
        String good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        header("data-cut-off.npy", good, 7);
        header("bytes-after-the-data.npy", good, 9);
        header("no-dictionary.npy", "", 0);
        header("no-brace.npy", "'descr': '<f4'", 0);
        header("no-end.npy", "{'descr': '<f4'", 0);
        header("no-descr.npy", "{'fortran_order': False, 'shape': (2,)}", 8);
        header("no-order.npy", "{'descr': '<f4', 'shape': (2,)}", 8);
        header("no-shape.npy", "{'descr': '<f4', 'fortran_order': False}", 8);
        header("key-twice.npy", "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8);
        header("more-keys.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", 8);
        header("no-colon.npy", "{'descr' '<f4'}", 8);
        header("no-comma.npy", "{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}", 8);
        header("after-the-dictionary.npy", good + "x", 8);
        header("order-is-a-number.npy", "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", 8);
        header("order-lower-case.npy", "{'descr': '<f4', 'fortran_order': false, 'shape': (2,)}", 8);
        header("shape-is-a-number.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", 8);
        header("shape-is-a-list.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': [2]}", 8);
        header("extent-negative.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", 8);
        header(
                "extent-of-19-digits.npy",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000000,)}",
                8);
        header("long-of-python-2.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2L,)}", 8);
        header("rank-9.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2)}", 8);
        header(
                "product-overflows.npy",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
                8);
        header("records.npy", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", 8);
        header("text-not-ended.npy", "{'descr: ", 0);
        header("escape.npy", "{'de\\scr': '<f4'}", 0);
        for (String descr : new String[] {"<c8", "|O", "<U4", "f4", "|f4", "=f4", "<f16", "<V2", "<M8[ns]", "", "<"}) {
            header(
                    "descr-" + descr.replace('|', 'b').replace('<', 'l') + ".npy",
                    "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (2,)}",
                    8);
        }
    }

    // ---- npz ----

    private void npz(String name, byte... bytes) {
        cases.put(name, () -> Npz.read(name, bytes));
    }

    /** A good file with one byte set. */
    private void changed(String name, byte[] good, int at, int value) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        npz(name, bad);
    }

    private void npz() {
        byte[] good = Npz.write(SafetensorsTest.file(StoredTensor.of("w", new int[] {2}, 1f, 2f)));
        int end = good.length - 22;
        int central = end - 46 - "w.npy".length();
        npz("empty.npz");
        npz("text.npz", "not a zip file at all, but long enough".getBytes(StandardCharsets.UTF_8));
        npz("cut-off.npz", java.util.Arrays.copyOf(good, good.length - 1));
        npz("byte-at-the-end.npz", java.util.Arrays.copyOf(good, good.length + 1));
        npz("only-the-end-cut.npz", java.util.Arrays.copyOfRange(good, 1, good.length));
        changed("two-entries-said.npz", good, end + 10, 2);
        byte[] both = good.clone();
        both[end + 8] = 2;
        both[end + 10] = 2;
        npz("second-entry-missing.npz", both);
        byte[] none = good.clone();
        none[end + 8] = 0;
        none[end + 10] = 0;
        npz("entry-not-counted.npz", none);
        changed("second-disk.npz", good, end + 4, 1);
        changed("directory-elsewhere.npz", good, end + 16, good[end + 16] + 1);
        byte[] large = good.clone();
        LittleEndian.put(large, end + 16, 0xffffffffL, 4);
        npz("zip64.npz", large);
        changed("no-central-header.npz", good, central, 0);
        changed("long-name.npz", good, central + 28, 200);
        changed("encrypted.npz", good, central + 8, 1);
        changed("method-12.npz", good, central + 10, 12);
        changed("method-deflate-of-stored.npz", good, central + 10, 8);
        changed("wrong-checksum.npz", good, central + 16, good[central + 16] ^ 1);
        changed("packed-size.npz", good, central + 20, good[central + 20] + 1);
        changed("size.npz", good, central + 24, good[central + 24] + 1);
        byte[] bomb = good.clone();
        LittleEndian.put(bomb, central + 24, 1 << 29, 4);
        LittleEndian.put(bomb, central + 10, 8, 2);
        npz("bomb.npz", bomb);
        byte[] two = good.clone();
        LittleEndian.put(two, central + 24, 0x7fffffff, 4);
        npz("two-gib.npz", two);
        changed("local-elsewhere.npz", good, central + 42, 1);
        byte[] far = good.clone();
        LittleEndian.put(far, central + 42, 0x7fffffff, 4);
        npz("local-behind-the-end.npz", far);
        changed("content-changed.npz", good, 40, 'x');
        changed("not-npy-inside.npz", good, 80, 1);
    }
}
