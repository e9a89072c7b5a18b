package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.Base64;
import loom.numeric.DType;
import loom.numeric.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters that are stored with fewer bits, as files hold them. */
class PackedTensorTest {
    private static final String KERNEL = "0.0.0.kernel";
    private static final Shape SHAPE = Shape.of(3, 2);
    private static final Model MODEL =
            Model.initialise(Network.of("m", Shape.of(3), new Dense(2, Activation.Simple.LINEAR)), 5);

    /** A file whose kernel {@code [3, 2]} has these keys behind its shape. */
    private static String file(String keys) {
        String plain = ModelWriter.write(MODEL);
        int from = plain.indexOf("\"data\"");
        return plain.substring(0, from) + keys.replace('\'', '"') + plain.substring(plain.indexOf('\n', from));
    }

    private static float[] kernel(String keys) {
        return ModelReader.load("m.json", file(keys))
                .model()
                .parameters()
                .get(KERNEL)
                .values();
    }

    private static String text(int... bytes) {
        byte[] b = new byte[bytes.length];
        for (int i = 0; i < b.length; i++) {
            b[i] = (byte) bytes[i];
        }
        return "'" + Base64.encode(b) + "'";
    }

    private static String scales(float... values) {
        return "'scales': '" + Base64.encode(FloatBytes.bytes(values)) + "'";
    }

    /** Expected by hand, dtype by dtype. */
    @Test
    void widening() {
        String one = ", " + scales(0.1f) + ", 'data': ";
        assertThat(kernel("'dtype': 'int8'" + one + text(1, 2, 127, 128, 255, 0)))
                .containsExactly(0.1f, 0.2f, 127 * 0.1f, -128 * 0.1f, -0.1f, 0);
        assertThat(kernel("'dtype': 'int4'" + one + text(0x21, 0x87, 0x0f)))
                .containsExactly(0.1f, 0.2f, 7 * 0.1f, -8 * 0.1f, -0.1f, 0);
        assertThat(kernel("'dtype': 'ternary'" + one + text(0b00_11_01_00, 0b0011)))
                .containsExactly(0, 0.1f, -0.1f, 0, -0.1f, 0);
        assertThat(kernel("'dtype': 'binary'" + one + text(0b101101)))
                .containsExactly(0.1f, -0.1f, 0.1f, 0.1f, -0.1f, 0.1f);
        assertThat(kernel("'dtype': 'f4'" + one + text(0x81, 0x73, 0xfe)))
                .containsExactly(0.5f * 0.1f, 0, 1.5f * 0.1f, 6 * 0.1f, -4 * 0.1f, -6 * 0.1f);
        assertThat(kernel("'dtype': 'f8_e4m3'" + one + text(0x38, 0xb8, 0x01, 0x7e, 0, 0x80)))
                .containsExactly(0.1f, -0.1f, 0x1p-9f * 0.1f, 448 * 0.1f, 0, 0);
        assertThat(kernel("'dtype': 'f8_e5m2'" + one + text(0x3c, 0xbc, 0x01, 0x7b, 0, 0x80)))
                .containsExactly(0.1f, -0.1f, 0x1p-16f * 0.1f, 57344 * 0.1f, 0, 0);
        assertThat(kernel("'dtype': 'f16', 'data': " + text(0, 0x3c, 1, 0x3c, 0, 0xbc, 1, 0, 0, 0, 0xff, 0x7b)))
                .containsExactly(1, 1 + 0x1p-10f, -1, 0x1p-24f, 0, 65504);
        assertThat(kernel(
                        "'dtype': 'bf16', 'data': " + text(0x80, 0x3f, 0x81, 0x3f, 0x80, 0xbf, 0, 0, 0, 0x80, 0, 0x40)))
                .containsExactly(1, 1 + 0x1p-7f, -1, 0, 0, 2);
    }

    @Test
    void blocksAndZeroPoints() {
        String codes = ", 'data': " + text(10, 20, 30, 40, 50, 60);
        assertThat(kernel("'dtype': 'int8', 'block': [3, 1], " + scales(1, 0.5f) + codes))
                .containsExactly(10, 10, 30, 20, 50, 30);
        assertThat(kernel("'dtype': 'int8', 'block': [2, 1], " + scales(1, 2, 3, 4) + codes))
                .containsExactly(10, 40, 30, 80, 150, 240);
        assertThat(kernel("'dtype': 'int8', 'block': [2, 2], " + scales(1, 2) + ", 'zero_points': " + text(246, 127)
                        + codes))
                .containsExactly(20, 30, 40, 50, -154, -134);
        assertThat(kernel("'dtype': 'int4', " + scales(0.5f) + ", 'zero_points': " + text(8) + ", 'data': "
                        + text(0x80, 0x7f, 0x21)))
                .containsExactly(4, 0, 3.5f, 7.5f, 4.5f, 5);
    }

    /** A product that an f32 does not hold is rounded once; what is below the machine's grid is rounded to it. */
    @Test
    void oneRounding() {
        assertThat(kernel("'dtype': 'int8', " + scales(0x1.555556p-2f) + ", 'data': " + text(3, 7, 100, 0, 0, 0)))
                .containsExactly(
                        1, (float) (7 * (double) 0x1.555556p-2f), (float) (100 * (double) 0x1.555556p-2f), 0, 0, 0);
        assertThat(kernel("'dtype': 'f8_e4m3', " + scales(0x1.8p-55f) + ", 'data': " + text(0x01, 0x38, 0x39, 0, 0, 0)))
                .containsExactly(0, 0x1.8p-55f, 0x1.bp-55f, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void filesHoldIt(WeightType type) {
        boolean scaled = type.isScaled();
        byte[] codes = new byte[type.bytes(6)];
        for (int i = 0; i < 6; i++) {
            type.store(codes, i, type.code(i - 2.5f));
        }
        byte[] zeros = new byte[type.hasZeroPoint() ? type.bytes(2) : 0];
        PackedTensor packed = new PackedTensor(
                SHAPE,
                type,
                scaled ? Shape.of(3, 1) : SHAPE,
                scaled ? new float[] {0.3f, 2} : new float[0],
                zeros,
                codes);
        LinkedHashMap<String, PackedTensor> all = new LinkedHashMap<>();
        all.put(KERNEL, packed);
        LoadedModel inside = ModelReader.load("m.json", ModelWriter.write(MODEL, all));
        assertThat(inside.model().parameters().get(KERNEL)).isEqualTo(packed.widen());
        assertThat(inside.packed()).containsExactly(Map.entry(KERNEL, packed));
        byte[] weights = SafetensorsWriter.write(TensorFile.of(MODEL, all));
        LoadedModel beside = ModelReader.load(
                Cursor.parse("m.json", ModelWriter.withoutWeights(MODEL, all)),
                "",
                SafetensorsReader.read("m.safetensors", weights));
        assertThat(beside).isEqualTo(inside);
        String again = ModelWriter.write(inside.model());
        assertThat(ModelWriter.write(ModelReader.read("again.json", again))).isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'dtype': 'int9', 'data': ''| VALUE .dtype: unknown dtype "int9"; did you mean "int8"?
            'dtype': 3, 'data': ''| VALUE .dtype: expected a text, found 3
            'dtype': 'int8', 'data': 'AQIDBAUG'| KEY : missing key "scales"
            'dtype': 'f16', 'scales': 'AACAPw==', 'data': ''| KEY : unknown key "scales"; known: shape, dtype, data
            'dtype': 'ternary', 'scales': 'AACAPw==', 'zero_points': 'AA==', 'data': ''| KEY : unknown key "zero_points"; known: shape, dtype, block, scales, data
            'scales': 'AACAPw==', 'data': ''| KEY : unknown key "scales"; known: shape, data
            'dtype': 'int8', 'scales': 'AACAPw=='| KEY : missing key "data"
            'dtype': 'int8', 'scales': 'AACAPw==', 'data': 'AQIDBAU='| DATA .data: expected 6 bytes for 6 of int8, found 5
            'dtype': 'int4', 'scales': 'AACAPw==', 'data': 'AQIDBA=='| DATA .data: expected 3 bytes for 6 of int4, found 4
            'dtype': 'binary', 'scales': 'AACAPw==', 'data': 'QA=='| DATA .data: bits behind the last of 6 numbers, expected zeros
            'dtype': 'ternary', 'scales': 'AACAPw==', 'data': 'CAA='| NUMBER .data: element 1 is NaN (0x7fc00000), expected a magnitude up to 2^50
            'dtype': 'f8_e5m2', 'scales': 'AACAPw==', 'data': 'AAAAfAAA'| NUMBER .data: element 3 is infinite (0x7f800000), expected a magnitude up to 2^50
            'dtype': 'int8', 'scales': 'AACAfw==', 'data': 'AQIDBAUG'| NUMBER .scales: element 0 is infinite (0x7f800000), expected a magnitude up to 2^50
            'dtype': 'int8', 'scales': 'AACAPwAAgD8=', 'data': 'AQIDBAUG'| DATA .scales: expected 4 bytes for 1 scales, found 8
            'dtype': 'int8', 'block': [3, 1], 'scales': 'AACAPw==', 'data': 'AQIDBAUG'| DATA .scales: expected 8 bytes for 2 scales, found 4
            'dtype': 'int8', 'block': [3], 'scales': 'AACAPw==', 'data': 'AQIDBAUG'| SHAPE .block: expected [3,2] or less along each axis, found [3]
            'dtype': 'int8', 'block': [4, 1], 'scales': 'AACAPw==', 'data': 'AQIDBAUG'| SHAPE .block: expected [3,2] or less along each axis, found [4,1]
            'dtype': 'int8', 'block': [0, 1], 'scales': 'AACAPw==', 'data': 'AQIDBAUG'| VALUE .block[0]: expected a whole number from 1 to 2147483647, found 0
            'dtype': 'int8', 'scales': 'AACAPw==', 'zero_points': 'AAA=', 'data': 'AQIDBAUG'| DATA .zero_points: expected 1 bytes for 1 of int8, found 2
            'dtype': 'int4', 'scales': 'AACAPw==', 'zero_points': 'EA==', 'data': 'AQID'| DATA .zero_points: bits behind the last of 1 numbers, expected zeros
            'dtype': 'int8', 'scales': {'tensor': 's'}, 'data': 'AQIDBAUG'| DATA .scales.tensor: no tensor "s" at hand; the weights are in a file of their own, to be given beside this one
            'dtype': 'int8', 'scales': {'data': 's'}, 'data': 'AQIDBAUG'| KEY .scales: unknown key "data"; known: tensor
            """)
    void refused(String keys, String error) {
        int space = error.indexOf(' ');
        String where = error.substring(space + 1, error.indexOf(':'));
        assertThatThrownBy(() -> kernel(keys.strip()))
                .isInstanceOf(ModelException.class)
                .hasMessage("m.json: $.cells[0].layers[0].parameters.kernel" + where + ": cell 0,0 layer 0 dense"
                        + error.substring(error.indexOf(':')))
                .extracting(e -> ((ModelException) e).code().name())
                .isEqualTo(error.substring(0, space));
    }

    @Test
    void aFileOfTensorsWithOtherTypesIsRefused() {
        LinkedHashMap<String, PackedTensor> all = new LinkedHashMap<>();
        all.put(KERNEL, new PackedTensor(SHAPE, WeightType.INT4, SHAPE, new float[] {1}, new byte[0], new byte[3]));
        TensorFile file = TensorFile.of(MODEL, all);
        String model = ModelWriter.withoutWeights(MODEL, all);
        file.tensors().put(KERNEL, StoredTensor.of(KERNEL, DType.I8, List.of(3L), new byte[3]));
        assertThatThrownBy(() -> ModelReader.load(Cursor.parse("m.json", model), "", file))
                .hasMessageEndingWith("expected U8[3], found I8[3] in the file of weights");
        file.tensors().put(KERNEL, StoredTensor.of(KERNEL, DType.U8, List.of(2L), new byte[2]));
        assertThatThrownBy(() -> ModelReader.load(Cursor.parse("m.json", model), "", file))
                .hasMessageEndingWith("expected U8[3], found U8[2] in the file of weights");
        file.tensors().put(KERNEL + ".scales", StoredTensor.of("s", new int[] {2}, 1, 1));
        assertThatThrownBy(() -> ModelReader.load(Cursor.parse("m.json", model), "", file))
                .hasMessageEndingWith("expected F32[1], found F32[2] in the file of weights");
    }
}
