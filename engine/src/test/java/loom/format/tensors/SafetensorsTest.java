package loom.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import loom.numeric.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
    static TensorFile file(StoredTensor... tensors) {
        LinkedHashMap<String, StoredTensor> all = new LinkedHashMap<>();
        for (StoredTensor t : tensors) {
            all.put(t.name(), t);
        }
        return new TensorFile(all, new LinkedHashMap<>());
    }

    static StoredTensor random(DType type, List<Long> shape) {
        byte[] bytes = new byte[(int) StoredTensor.elements(shape) * type.bytes()];
        new SplittableRandom(3).nextBytes(bytes);
        return StoredTensor.of(type.label(), type, shape, bytes);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeComesBackToTheByte(DType type) {
        StoredTensor t = random(type, List.of(3L, 5L));
        StoredTensor back = SafetensorsReader.read("x", SafetensorsWriter.write(file(t)))
                .tensors()
                .get(t.name());
        assertThat(back.type()).isEqualTo(type);
        assertThat(back.shape()).containsExactly(3L, 5L);
        assertThat(back.content()).isEqualTo(t.content());
    }

    @Test
    void manyTensorsStandAlignedAndTheSameBytesComeAgain() {
        TensorFile all = file(
                random(DType.U8, List.of(3L)),
                random(DType.F16, List.of(0L, 7L)),
                random(DType.F64, List.of()),
                random(DType.F32, List.of(1L, 1L, 2L)));
        all.metadata().put("format", "\u00e9\"\n");
        byte[] bytes = SafetensorsWriter.write(all);
        TensorFile back = SafetensorsReader.read("x", bytes);
        assertThat(back.tensors().keySet()).containsExactly("F64", "F32", "F16", "U8");
        assertThat(back.metadata()).containsExactly(java.util.Map.entry("format", "\u00e9\"\n"));
        for (StoredTensor t : back.tensors().values()) {
            assertThat(t.at() % t.type().bytes()).isZero();
            assertThat(t.content()).isEqualTo(all.tensors().get(t.name()).content());
        }
        assertThat(SafetensorsWriter.write(back)).isEqualTo(bytes);
    }

    @Test
    void tensorsOfAnyOrderAreRead() {
        String header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
                + "\"e\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,1]},"
                + "\"a\":{\"data_offsets\":[0,1],\"shape\":[],\"dtype\":\"BOOL\"}}  ";
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        byte[] length = new byte[8];
        LittleEndian.put(length, 0, text.length, 8);
        TensorFile f = SafetensorsReader.read("x", BadTensorFiles.join(length, text, new byte[] {1, 7}));
        assertThat(f.tensors().get("b").floats().values()).containsExactly(7f);
        assertThat(f.tensors().get("a").floats().values()).containsExactly(1f);
        assertThat(f.tensors().get("e").floats().values()).isEmpty();
    }

    @Test
    void shardsAreJoinedInTheOrderOfTheIndex() {
        byte[] first = SafetensorsWriter.write(file(StoredTensor.of("a", new int[] {1}, 1f)));
        byte[] second = SafetensorsWriter.write(
                file(StoredTensor.of("b", new int[] {1}, 2f), StoredTensor.of("c", new int[] {1}, 3f)));
        String index = "{\"metadata\":{\"total_size\":12},\"weight_map\":{\"c\":\"2.safetensors\","
                + "\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}";
        ShardIndex shards = ShardIndex.read("i", index.getBytes(StandardCharsets.UTF_8));
        assertThat(shards.files()).containsExactly("1.safetensors", "2.safetensors");
        TensorFile all = shards.join(f -> SafetensorsReader.read(f, f.startsWith("1") ? first : second));
        assertThat(all.tensors().keySet()).containsExactly("c", "a", "b");
        assertThat(all.tensors().get("c").floats().values()).containsExactly(3f);
    }

    @Test
    void valuesAreReadPieceByPiece() {
        float[] values = new float[700_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        StoredTensor t = StoredTensor.of("w", new int[] {700, 1000}, values);
        assertThat(t.floats().values()).isEqualTo(values);
        assertThat(SafetensorsReader.read("x", SafetensorsWriter.write(file(t)))
                        .tensors()
                        .get("w")
                        .floats()
                        .values())
                .isEqualTo(values);
    }
}
