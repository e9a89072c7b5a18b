package loom.format;

import loom.format.ModelException.Code;
import loom.numeric.Domain;
import loom.numeric.FloatText;
import loom.numeric.Pieces;

/**
 * Where values enter: weights, inputs, data. Rule D rounds them (multiples of 2^-60, one zero), so that what is saved again is
 * what runs. NaN, infinities and magnitudes above 2^50 are refused.
 */
public final class Door {
    private Door() {}

    /** Rounds in place. {@code what} says whose values they are, for the error. */
    public static DoorReport round(float[] values, String what) {
        return round(values, "", what, "");
    }

    static DoorReport round(float[] values, String file, String path, String layer) {
        int[] changed = {0};
        Pieces.each(0, values.length, (from, to) -> {
            changed[0] += round(values, from, to, file, path, layer);
            return to;
        });
        return new DoorReport(values.length, changed[0]);
    }

    private static int round(float[] values, int from, int to, String file, String path, String layer) {
        int changed = 0;
        for (int i = from; i < to; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            int magnitude = bits & 0x7fffffff;
            if (magnitude >= Domain.D_GRID_BITS && magnitude <= Domain.D_LIMIT_BITS) {
                continue; // as nearly all are: on the grid, and not too large
            }
            if (Domain.isTrapBits(bits)) {
                throw new ModelException(
                        Code.NUMBER,
                        file,
                        path,
                        layer,
                        "element " + i + " is " + name(bits) + " (" + FloatText.bits(values[i])
                                + "), expected a magnitude up to 2^50",
                        "");
            }
            float rounded = Domain.roundD(values[i]);
            if (Float.floatToRawIntBits(rounded) != bits) {
                changed++;
                values[i] = rounded;
            }
        }
        return changed;
    }

    private static String name(int bits) {
        int magnitude = bits & 0x7fffffff;
        return magnitude > 0x7f800000 ? "NaN" : magnitude == 0x7f800000 ? "infinite" : "too large";
    }
}
