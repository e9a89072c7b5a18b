package loom.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.GoLayer.Entry;
import loom.format.ModelException.Code;
import loom.model.Entmax;
import loom.model.FieldException;
import loom.model.GridSoftmax;
import loom.model.GumbelSoftmax;
import loom.model.MaskedSoftmax;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Sparsemax;
import loom.numeric.FloatText;

/** Softmax variants of the Go engine's files, over all of a layer's input. */
final class GoSoftmax {
    private static final List<String> KEYS = List.of(
            "softmax_variant",
            "softmax_rows",
            "softmax_cols",
            "temperature",
            "gumbel_noise",
            "mask",
            "hierarchy_levels",
            "adaptive_clusters",
            "mixture_weights",
            "entmax_alpha");

    /** Nearer to 1, entmax is softmax. */
    private static final float SMALLEST_ALPHA = 1 + 0x1p-10f;

    private final GoLayers reader;
    private final Cursor config;
    private final float temperature;
    private final int size;

    private GoSoftmax(GoLayers reader, Cursor config, float temperature, int size) {
        this.reader = reader;
        this.config = config;
        this.temperature = temperature;
        this.size = size;
    }

    static GoLayer read(GoLayers reader, Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), KEYS);
        e.withoutWeights();
        int size = e.width().orElseGet(() -> sizeOf(c));
        SoftmaxKind kind = kind(reader, c, "softmax_variant", "temperature", size);
        return GoLayer.of(new Softmax(kind), c, size, size);
    }

    /** The kind that the value of {@code variantKey} names; its fields stand beside it. */
    static SoftmaxKind kind(GoLayers reader, Cursor c, String variantKey, String temperatureKey, int size) {
        String variant = c.optional(variantKey).map(Cursor::string).orElse("");
        float t = c.optional(temperatureKey).map(GoSoftmax::temperature).orElse(0f);
        GoSoftmax s = new GoSoftmax(reader, c, t == 0 ? 1 : t, size);
        return switch (variant) {
            case "", "standard", "temperature" -> s.standard();
            case "grid" -> s.grid();
            case "hierarchical" -> s.hierarchical();
            case "gumbel" -> s.gumbel();
            case "masked" -> s.masked();
            case "sparse" -> s.sparse();
            case "entmax" -> s.entmax();
            case "adaptive", "mixture" -> s.plain("variant \"" + variant + "\" is a standard softmax");
            default ->
                throw c.member(variantKey)
                        .error(Code.VALUE, Names.unknown("softmax variant", variant, GoSchema.SOFTMAX_VARIANTS), "");
        };
    }

    private static float temperature(Cursor c) {
        float t = c.real();
        if (t != 0 && !(t >= 0x1p-20f && t <= 0x1p20f)) {
            throw c.expected("0 or a temperature from 2^-20 to 2^20");
        }
        return t;
    }

    /** Of a first layer, whose input nothing else tells. */
    private static int sizeOf(Cursor c) {
        long size = 0;
        if (GoKeys.size(c, "softmax_cols") > 0) {
            size = (long) Math.max(1, GoKeys.size(c, "softmax_rows")) * GoKeys.size(c, "softmax_cols");
        } else if (!mask(c).isEmpty()) {
            size = mask(c).size();
        } else if (!levels(c).isEmpty()) {
            size = product(levels(c));
        }
        if (size == 0) {
            throw c.error(
                    Code.SHAPE,
                    "a softmax as the first layer does not say how many inputs it has",
                    "give softmax_rows and softmax_cols, or convert the model to our format");
        }
        if (size > GoKeys.MAX_SIZE) {
            throw c.error(Code.LIMIT, "a softmax of " + size + " inputs, expected at most " + GoKeys.MAX_SIZE, "");
        }
        return (int) size;
    }

    private void note(String text) {
        reader.notes().add(config.layer() + ": " + text);
    }

    private SoftmaxKind standard() {
        return temperature == 1 ? new SoftmaxKind.Standard() : new SoftmaxKind.Temperature(temperature);
    }

    /** What that engine never divided by a temperature. */
    private SoftmaxKind plain(String what) {
        note(what + ", as the Go engine ran it" + (temperature == 1 ? "" : "; the temperature has no effect"));
        return new SoftmaxKind.Standard();
    }

    private SoftmaxKind grid() {
        int rows = GoKeys.agree(config, "grid", List.of("softmax_rows"));
        int columns = GoKeys.agree(config, "grid", List.of("softmax_cols"));
        if ((long) rows * columns != size) {
            throw config.error(
                    Code.SHAPE,
                    "expected " + size + " inputs as rows and columns, found " + rows + " by " + columns,
                    "");
        }
        return new GridSoftmax(rows, columns, temperature);
    }

    /** Not a tree: that engine took rows as long as the last level. */
    private SoftmaxKind hierarchical() {
        List<Integer> levels = levels(config);
        if (levels.isEmpty() || product(levels) != size) {
            note("its levels are not those of " + size + " inputs, so it is one softmax, as the Go engine ran it");
            return standard();
        }
        int last = levels.get(levels.size() - 1);
        note("a softmax of every " + last + " inputs, which is what the Go engine calls hierarchical");
        return new GridSoftmax(size / last, last, temperature);
    }

    private SoftmaxKind gumbel() {
        note("its noise comes from the seed and the step of a run; the Go engine's had no seed");
        return new GumbelSoftmax(temperature, GumbelSoftmax.Noise.ALWAYS, false);
    }

    private SoftmaxKind masked() {
        List<Boolean> mask = mask(config);
        if (mask.size() != size) {
            throw config.error(
                    Code.SHAPE,
                    "expected a mask of " + size + " inputs, found " + mask.size(),
                    "the Go engine ran such a softmax without its mask");
        }
        try {
            return new MaskedSoftmax(mask, temperature);
        } catch (FieldException e) {
            throw config.member("mask").error(Code.VALUE, e.getMessage(), "");
        }
    }

    private SoftmaxKind sparse() {
        note("sparsemax as published; the Go engine's threshold is wrong" + ignored());
        return new Sparsemax();
    }

    private SoftmaxKind entmax() {
        float alpha = config.optional("entmax_alpha").map(Cursor::real).orElse(0f);
        if (!(alpha <= 64)) {
            throw config.member("entmax_alpha").expected("a number up to 64");
        }
        if (alpha < SMALLEST_ALPHA) {
            return plain("entmax with an alpha of " + FloatText.print(alpha) + " is a standard softmax");
        }
        note("entmax as published; the Go engine mixed a softmax with its wrong sparsemax" + ignored());
        return new Entmax(alpha);
    }

    private String ignored() {
        return temperature == 1 ? "" : "; the temperature has no effect, as there";
    }

    private static List<Boolean> mask(Cursor c) {
        List<Boolean> mask = new ArrayList<>();
        for (Cursor e : list(c, "mask")) {
            mask.add(e.flag());
        }
        return mask;
    }

    private static List<Integer> levels(Cursor c) {
        List<Integer> levels = new ArrayList<>();
        for (Cursor e : list(c, "hierarchy_levels")) {
            levels.add(e.whole(1, GoKeys.MAX_SIZE));
        }
        return levels;
    }

    private static List<Cursor> list(Cursor c, String key) {
        Optional<Cursor> at = c.optional(key);
        return at.isEmpty() || GoKeys.empty(at.get()) ? List.of() : at.get().elements();
    }

    /** Of levels; a number above the largest size if it is more than that. */
    private static long product(List<Integer> levels) {
        long product = 1;
        for (int level : levels) {
            product = Math.min(product * level, GoKeys.MAX_SIZE + 1L);
        }
        return product;
    }
}
