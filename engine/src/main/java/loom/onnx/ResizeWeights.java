package loom.onnx;

/**
 * Weights of one axis: how much of every input position an output position takes. They are computed in double precision, with
 * arithmetic that every machine has alike, and rounded once.
 *
 * @param start where the region begins and ends, of the input's length; for cropping
 */
record ResizeWeights(
        Call call, String mode, String coordinates, String rounding, double scale, double start, double end) {
    private static final int MAX_TABLE = 1 << 26;

    /** {@code [to][from]}. */
    float[][] table(int from, int to) {
        if (to < 1) {
            throw call.refuse("nothing is left of an axis of " + from);
        }
        if ((long) from * to > MAX_TABLE) {
            throw call.refuse("an axis of " + from + " to one of " + to + " is too large");
        }
        float[][] table = new float[to][];
        for (int o = 0; o < to; o++) {
            table[o] = row(place(o, from, to), from);
        }
        return table;
    }

    /** Where output position {@code o} lies in the input. */
    private double place(int o, int from, int to) {
        // A given scale need not make whole positions: the length is what it would be without rounding.
        double length = from * scale;
        return switch (coordinates) {
            case "half_pixel" -> (o + 0.5) / scale - 0.5;
            case "half_pixel_symmetric" -> {
                double adjustment = to / length;
                yield from / 2.0 * (1 - adjustment) + (o + 0.5) / scale - 0.5;
            }
            case "pytorch_half_pixel" -> length > 1 ? (o + 0.5) / scale - 0.5 : 0;
            case "align_corners" -> length <= 1 ? 0 : o * (from - 1.0) / (length - 1);
            case "asymmetric" -> o / scale;
            case "tf_crop_and_resize" ->
                to > 1
                        ? start * (from - 1) + o * (end - start) * (from - 1) / (length - 1)
                        : 0.5 * (start + end) * (from - 1);
            default -> throw call.refuse("coordinates " + coordinates);
        };
    }

    private float[] row(double x, int from) {
        float[] row = new float[from];
        if (coordinates.equals("tf_crop_and_resize") && (x < 0 || x > from - 1)) {
            throw call.refuse("a region that reaches beyond the input");
        }
        if (mode.equals("nearest")) {
            row[clamped(nearest(x), from)] = 1;
            return row;
        }
        boolean cubic = mode.equals("cubic");
        if (!cubic && !mode.equals("linear") && !mode.equals("bilinear")) {
            throw call.refuse("mode " + mode);
        }
        double wide = call.flag("antialias") && scale < 1 ? 1 / scale : 1;
        int reach = (int) Math.ceil((cubic ? 2 : 1) * wide);
        int low = (int) Math.floor(x);
        boolean inside = call.flag("exclude_outside");
        double[] sums = new double[from];
        double total = 0;
        for (int i = low - reach + 1; i <= low + reach; i++) {
            boolean out = i < 0 || i >= from;
            // Antialiasing drops what lies outside, as exclude_outside does for cubic.
            double w = out && inside ? 0 : cubic ? cubic((x - i) / wide) : Math.max(0, 1 - Math.abs(x - i) / wide);
            sums[clamped(i, from)] += w;
            total += w;
        }
        for (int i = 0; i < from; i++) {
            row[i] = (float) (sums[i] / total);
        }
        return row;
    }

    private static int clamped(int i, int from) {
        return Math.max(0, Math.min(from - 1, i));
    }

    private int nearest(double x) {
        double low = Math.floor(x);
        return (int)
                switch (rounding) {
                    case "floor" -> low;
                    case "ceil" -> Math.ceil(x);
                    case "round_prefer_ceil", "simple" -> Math.floor(x + 0.5);
                    default -> x - low == 0.5 ? low : Math.floor(x + 0.5);
                };
    }

    /** Keys 1981. */
    private double cubic(double distance) {
        double a = call.real("cubic_coeff_a", -0.75f);
        double d = Math.abs(distance);
        if (d >= 2) {
            return 0;
        }
        return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    }
}
