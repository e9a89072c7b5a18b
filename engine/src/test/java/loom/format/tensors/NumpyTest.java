package loom.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import loom.numeric.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NumpyTest {
    /** Files that NumPy 2.4.6 wrote. */
    private static byte[] numpy(String name) throws IOException {
        try (var in = NumpyTest.class.getResourceAsStream("/numpy/" + name)) {
            return in.readAllBytes();
        }
    }

    private static StoredTensor npy(String name) throws IOException {
        return NpyReader.read("x", ByteSource.of(name, numpy(name)));
    }

    @Test
    void numpysOwnFilesAreRead() throws IOException {
        for (String name : new String[] {"c.npy", "fortran.npy", "big-endian.npy", "v2.npy", "v3.npy"}) {
            StoredTensor t = npy(name);
            assertThat(t.shape()).as(name).containsExactly(2L, 3L, 2L);
            assertThat(t.floats().values()).as(name).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        }
        assertThat(npy("scalar.npy").shape()).isEmpty();
        assertThat(npy("scalar.npy").floats().values()).containsExactly(2.5f);
        assertThat(npy("empty.npy").shape()).containsExactly(0L, 4L);
    }

    @Test
    void numpysArchivesAreRead() throws IOException {
        for (String name : new String[] {"stored.npz", "deflated.npz"}) {
            TensorFile f = Npz.read(name, numpy(name));
            assertThat(f.tensors().keySet()).containsExactly("a", "b");
            assertThat(f.tensors().get("b").type()).isEqualTo(DType.I64);
            float[] a = f.tensors().get("a").floats().values();
            assertThat(a).hasSize(1000);
            for (int i = 0; i < a.length; i++) {
                assertThat(a[i]).isEqualTo(i % 17);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BF16", "F8_E4M3", "F8_E5M2"})
    void everyTypeComesBackToTheByte(DType type) {
        for (List<Long> shape : List.of(List.<Long>of(), List.of(5L), List.of(2L, 0L), List.of(3L, 5L))) {
            StoredTensor t = SafetensorsTest.random(type, shape);
            byte[] bytes = NpyWriter.write(t);
            StoredTensor back = NpyReader.read(t.name(), ByteSource.of("x", bytes));
            assertThat(back.type()).isEqualTo(type);
            assertThat(back.shape()).isEqualTo(shape);
            assertThat(back.content()).isEqualTo(t.content());
            assertThat(back.at() % 64).isZero();
        }
    }

    /** To the byte what NumPy writes. */
    @Test
    void writesWhatNumpyWrites() throws IOException {
        StoredTensor t = npy("c.npy");
        assertThat(NpyWriter.write(t)).isEqualTo(numpy("c.npy"));
    }

    @Test
    void anotherReaderOfZipFindsTheSame() throws IOException {
        TensorFile f = SafetensorsTest.file(
                SafetensorsTest.random(DType.F32, List.of(3L)), SafetensorsTest.random(DType.I8, List.of(2L, 2L)));
        byte[] zip = Npz.write(f);
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (StoredTensor t : f.tensors().values()) {
                assertThat(in.getNextEntry().getName()).isEqualTo(t.name() + ".npy");
                assertThat(in.readAllBytes()).isEqualTo(NpyWriter.write(t));
            }
            assertThat(in.getNextEntry()).isNull();
        }
        assertThat(Npz.read("x", zip).tensors().get("I8").content())
                .isEqualTo(f.tensors().get("I8").content());
    }

    /** Texts of every kind of block, by another writer. */
    @Test
    void inflatesWhatOthersDeflated() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 60; i++) {
            byte[] values = new byte[random.nextInt(1, 200_000)];
            int letters = 1 << random.nextInt(9);
            for (int k = 0; k < values.length; k++) {
                values[k] = (byte) (k > 50 && random.nextInt(3) > 0 ? values[k - 50] : random.nextInt(letters));
            }
            StoredTensor t = StoredTensor.of("w", DType.U8, List.of((long) values.length), values);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                zip.setLevel(new int[] {Deflater.NO_COMPRESSION, 1, 6, 9}[i % 4]);
                zip.putNextEntry(new ZipEntry("w.npy"));
                zip.write(NpyWriter.write(t));
            }
            assertThat(Npz.read("x", out.toByteArray()).tensors().get("w").content())
                    .isEqualTo(values);
        }
    }
}
