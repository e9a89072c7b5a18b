package loom.format;

import java.util.List;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Tensor;
import loom.numeric.FloatText;

/**
 * Inputs and outputs as {@code {"shape": [2,3], "data": [...]}}, on request with {@code "bits": ["0x3f800000", ...]} beside the
 * decimals. A reader takes either; where both stand, they must agree.
 */
public final class TensorJson {
    private TensorJson() {}

    public static Tensor read(String fileName, byte[] bytes) {
        return read(Cursor.parse(fileName, bytes));
    }

    /** Values are rounded at the {@link Door}. */
    public static Tensor read(String fileName, String text) {
        return read(Cursor.parse(fileName, text));
    }

    /** A tensor that stands inside another file. */
    public static Tensor read(Cursor root) {
        root.allow(List.of("shape", "data", "bits"));
        Shape shape = root.member("shape").shape();
        int expected = shape.elements(1);
        Cursor first = root.has("bits") ? root.member("bits") : root.member("data");
        float[] values = root.has("bits") ? bits(first) : first.reals();
        count(first, shape, values.length);
        if (root.has("bits") && root.has("data")) {
            Cursor data = root.member("data");
            float[] decimals = data.reals();
            count(data, shape, decimals.length);
            for (int i = 0; i < expected; i++) {
                if (Float.floatToRawIntBits(decimals[i]) != Float.floatToRawIntBits(values[i])) {
                    throw data.elements()
                            .get(i)
                            .error(
                                    Code.DATA,
                                    "expected the number whose bits are " + FloatText.bits(values[i]) + ", found "
                                            + FloatText.print(decimals[i]) + " with bits "
                                            + FloatText.bits(decimals[i]),
                                    "");
                }
            }
        }
        Door.round(values, first.file(), first.path(), first.layer());
        return new Tensor(shape, values);
    }

    private static void count(Cursor c, Shape shape, int found) {
        if (found != shape.elements(1)) {
            throw c.error(
                    Code.DATA,
                    "expected " + shape.elements(1) + " numbers for shape " + shape + ", found " + found,
                    "");
        }
    }

    private static float[] bits(Cursor c) {
        List<Cursor> words = c.elements();
        float[] values = new float[words.size()];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] =
                        Float.intBitsToFloat(FloatText.parseBits(words.get(i).string()));
            } catch (NumberFormatException e) {
                throw words.get(i).expected("a word like \"0x3f800000\"");
            }
        }
        return values;
    }

    /** {@code bits} adds the words. */
    public static String write(Tensor tensor, boolean bits) {
        JsonWriter w = new JsonWriter();
        write(w, tensor, bits);
        return w.finish();
    }

    public static void write(JsonWriter w, Tensor tensor, boolean bits) {
        w.beginObject();
        w.key("shape").shape(tensor.shape());
        w.key("data").beginRow();
        for (float v : tensor.values()) {
            w.real(v);
        }
        w.endList();
        if (bits) {
            w.key("bits").beginRow();
            for (float v : tensor.values()) {
                w.text(FloatText.bits(v));
            }
            w.endList();
        }
        w.endObject();
    }
}
