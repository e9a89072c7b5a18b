package loom.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import loom.format.JsonWriter;
import loom.graph.ElementType;
import loom.numeric.FloatText;

/**
 * Two receipts side by side, all the way down: what was run, every layer's output, and of two traces every value of the graph with the
 * elements that differ.
 *
 * @param subjects what the runs were of: model, input, ..., and whether both say the same
 * @param layers the layers' outputs and the output, in the order of the computation
 * @param values of the graph, if both receipts have a trace
 */
public record TraceView(LinkedHashMap<String, Boolean> subjects, List<Row> layers, List<Row> values) {
    /** What people call the subjects. */
    private static final Map<String, String> SUBJECTS = new TreeMap<>();

    static {
        SUBJECTS.put("model", "model");
        SUBJECTS.put("input", "input");
        SUBJECTS.put("batch", "number of samples");
        SUBJECTS.put("step", "random numbers");
        SUBJECTS.put("program", "program");
    }

    public TraceView {
        layers = List.copyOf(layers);
        values = List.copyOf(values);
    }

    /** Whether a value is in both receipts, and with the same bits. */
    public enum Kind {
        SAME("same"),
        DIFFERS("differs"),
        /** Another type or shape. */
        OTHER("other"),
        ONLY_FIRST("only_first"),
        ONLY_SECOND("only_second");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    /**
     * A value of the computation.
     *
     * @param where the value's name; of a traced one also layer and operation
     * @param chunk of 1,024 elements that differs first; −1 if none does
     * @param element that differs first, of traced values
     * @param differing elements, of traced values; else −1
     * @param kernels of traced values: lines of the program's listing, see {@link Receipt.Traced}
     * @param farthest of them are so many floats apart (units in the last place); −1 if they are no floats
     */
    public record Row(
            String name,
            String where,
            Kind kind,
            int chunk,
            Optional<ReceiptDifference.Element> element,
            int differing,
            long farthest,
            List<String> kernels) {
        private Row(String name, String where, Kind kind, int chunk, List<String> kernels) {
            this(name, where, kind, chunk, Optional.empty(), -1, -1, kernels);
        }
    }

    public static TraceView of(Receipt a, Receipt b) {
        LinkedHashMap<String, Boolean> subjects = new LinkedHashMap<>();
        subjects.put("model", a.model().digest().equals(b.model().digest()));
        subjects.put("input", a.input().digest().equals(b.input().digest()));
        subjects.put("batch", a.batch() == b.batch());
        subjects.put("step", a.step() == b.step());
        subjects.put("program", a.program().equals(b.program()));
        return new TraceView(subjects, layers(entries(a), entries(b)), values(a.trace(), b.trace()));
    }

    private static LinkedHashMap<String, Receipt.Entry> entries(Receipt r) {
        LinkedHashMap<String, Receipt.Entry> all = new LinkedHashMap<>();
        r.nodes().forEach(e -> all.put(e.name(), e));
        all.put(r.output().name(), r.output());
        return all;
    }

    private static List<Row> layers(Map<String, Receipt.Entry> a, Map<String, Receipt.Entry> b) {
        List<Row> rows = new ArrayList<>();
        for (Receipt.Entry e : a.values()) {
            Optional<Receipt.Entry> other = Optional.ofNullable(b.get(e.name()));
            Kind kind = other.map(o -> kind(e, o)).orElse(Kind.ONLY_FIRST);
            int chunk = kind == Kind.DIFFERS
                    ? ReceiptComparison.firstChunk(
                            e.digest().chunks(), other.get().digest().chunks())
                    : -1;
            rows.add(new Row(e.name(), e.name(), kind, chunk, List.of()));
        }
        for (Receipt.Entry e : b.values()) {
            if (!a.containsKey(e.name())) {
                rows.add(new Row(e.name(), e.name(), Kind.ONLY_SECOND, -1, List.of()));
            }
        }
        return rows;
    }

    private static Kind kind(Receipt.Entry a, Receipt.Entry b) {
        if (!a.type().equals(b.type()) || !a.shape().equals(b.shape())) {
            return Kind.OTHER;
        }
        return a.digest().root().equals(b.digest().root()) ? Kind.SAME : Kind.DIFFERS;
    }

    private static List<Row> values(List<Receipt.Traced> a, List<Receipt.Traced> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return List.of();
        }
        LinkedHashMap<String, Receipt.Traced> second = new LinkedHashMap<>();
        b.forEach(t -> second.put(t.entry().name(), t));
        List<Row> rows = new ArrayList<>();
        for (Receipt.Traced t : a) {
            Optional<Receipt.Traced> other =
                    Optional.ofNullable(second.remove(t.entry().name()));
            rows.add(other.map(o -> value(t, o)).orElseGet(() -> row(t, Kind.ONLY_FIRST)));
        }
        second.values().forEach(t -> rows.add(row(t, Kind.ONLY_SECOND)));
        return rows;
    }

    private static Row row(Receipt.Traced t, Kind kind) {
        return new Row(t.entry().name(), where(t), kind, -1, t.kernels());
    }

    private static String where(Receipt.Traced t) {
        return t.entry().name() + " (" + (t.layer().isEmpty() ? "" : t.layer() + ", ") + t.operation() + ")";
    }

    private static Row value(Receipt.Traced a, Receipt.Traced b) {
        boolean alike = a.layer().equals(b.layer()) && a.operation().equals(b.operation());
        if (!alike || kind(a.entry(), b.entry()) == Kind.OTHER) {
            return row(a, Kind.OTHER);
        }
        boolean isFloat = a.entry().type().equals(TensorDigest.name(ElementType.F32));
        int first = -1;
        int differing = 0;
        long farthest = -1;
        for (int i = 0; i < a.words().length; i++) {
            if (a.words()[i] != b.words()[i]) {
                first = first < 0 ? i : first;
                differing++;
                farthest = isFloat ? Math.max(farthest, Math.abs(rank(a.words()[i]) - rank(b.words()[i]))) : -1;
            }
        }
        if (first < 0) {
            return new Row(a.entry().name(), where(a), Kind.SAME, -1, Optional.empty(), 0, -1, a.kernels());
        }
        ReceiptDifference.Element element =
                new ReceiptDifference.Element(a.entry().name(), first, a.words()[first], b.words()[first]);
        int chunk = first / TensorDigest.CHUNK_ELEMENTS;
        return new Row(
                a.entry().name(),
                where(a),
                Kind.DIFFERS,
                chunk,
                Optional.of(element),
                differing,
                farthest,
                a.kernels().isEmpty() ? b.kernels() : a.kernels());
    }

    /** Number of a float in the order of all floats; both zeros are 0. */
    private static long rank(int bits) {
        return bits < 0 ? -(long) (bits & 0x7fffffff) : bits;
    }

    /** Whether nothing differs. */
    public boolean same() {
        return !subjects.containsValue(false) && same(layers) == layers.size() && same(values) == values.size();
    }

    private static int same(List<Row> rows) {
        int n = 0;
        for (Row r : rows) {
            n += r.kind() == Kind.SAME ? 1 : 0;
        }
        return n;
    }

    // ---- text ----

    /** In words, the same on the command line and in pages: what was not the same run, and where bits part first. */
    public String verdict() {
        StringBuilder b = new StringBuilder();
        List<String> others = new ArrayList<>();
        subjects.forEach((what, same) -> {
            if (!same) {
                others.add(SUBJECTS.get(what));
            }
        });
        b.append(others.isEmpty() ? "" : "Not the same " + String.join(", ", others) + ". ");
        Optional<Row> layer = firstOther(layers);
        Optional<Row> value = firstOther(values);
        if (layer.isEmpty() && value.isEmpty()) {
            b.append("Identical: the outputs of ").append(layers.size() - 1).append(" layers and the model's output");
            return b.append(values.isEmpty() ? "" : ", and all " + values.size() + " values inside,")
                    .append(" have the same bits.")
                    .toString();
        }
        b.append(layer.map(l -> "Different: " + l.name() + " is the first whose bits are not the same.")
                .orElse("Different: only inside the layers."));
        value.ifPresent(v -> b.append(" The first value that differs is ")
                .append(text(v))
                .append('.')
                .append(kernels(v.kernels())));
        return b.toString();
    }

    /** A sentence; nothing if none is known. */
    static String kernels(List<String> lines) {
        return lines.isEmpty()
                ? ""
                : (lines.size() == 1 ? " Its kernel is " : " Its kernels are ") + String.join("; ", lines) + ".";
    }

    private static Optional<Row> firstOther(List<Row> rows) {
        for (Row r : rows) {
            if (r.kind() != Kind.SAME) {
                return Optional.of(r);
            }
        }
        return Optional.empty();
    }

    /** For people: subjects, layer outputs one a line, and the values that differ, at most {@code most} of them. */
    public String text(int most) {
        StringBuilder b = new StringBuilder();
        subjects.forEach((what, same) -> line(b, what, same ? "same" : "differs"));
        line(b, "layers", same(layers) + " of " + layers.size() + " outputs have the same bits");
        layers.forEach(r -> b.append(r.kind() == Kind.SAME ? "  = " : "  ≠ ")
                .append(text(r))
                .append('\n'));
        if (values.isEmpty()) {
            line(b, "values", "not compared: that takes two receipts with a trace");
            line(b, "verdict", verdict());
            return b.toString();
        }
        line(b, "values", same(values) + " of " + values.size() + " have the same bits");
        int shown = 0;
        for (Row r : values) {
            if (r.kind() != Kind.SAME && shown < most) {
                b.append("  ≠ ").append(text(r)).append('\n');
                shown++;
            }
        }
        int rest = values.size() - same(values) - shown;
        b.append(rest > 0 ? "  and " + rest + " more\n" : "");
        line(b, "verdict", verdict());
        return b.toString();
    }

    private static void line(StringBuilder b, String key, String value) {
        b.append(key)
                .append(" ".repeat(Math.max(1, 9 - key.length())))
                .append(value)
                .append('\n');
    }

    private static String text(Row r) {
        return r.where()
                + switch (r.kind()) {
                    case SAME -> "";
                    case OTHER -> ": another type, shape or operation";
                    case ONLY_FIRST -> ": only in the first";
                    case ONLY_SECOND -> ": only in the second";
                    case DIFFERS ->
                        r.element()
                                .map(e -> ": " + r.differing() + " elements differ"
                                        + (r.farthest() < 0
                                                ? ""
                                                : ", by up to " + r.farthest() + " units in the last place")
                                        + ", the first is " + e.index() + ": "
                                        + value(e.recordedBits()) + " and " + value(e.replayedBits()))
                                .orElse(": first in chunk " + r.chunk() + " (elements "
                                        + r.chunk() * TensorDigest.CHUNK_ELEMENTS + " and up)");
                };
    }

    /** A word with the number that it is as f32, if that is finite. */
    static String value(int bits) {
        boolean finite = (bits & 0x7f800000) != 0x7f800000;
        return FloatText.bits(bits) + (finite ? " = " + FloatText.print(Float.intBitsToFloat(bits)) : "");
    }

    // ---- JSON ----

    public String json() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("same").flag(same());
        w.key("verdict").text(verdict());
        w.key("subjects").beginLine();
        subjects.forEach((what, same) -> w.key(what).flag(same));
        w.endObject();
        rows(w, "layers", layers);
        rows(w, "values", values);
        return w.endObject().finish();
    }

    private static void rows(JsonWriter w, String key, List<Row> rows) {
        w.key(key).beginList();
        for (Row r : rows) {
            w.beginLine();
            w.key("name").text(r.name());
            w.key("where").text(r.where());
            w.key("kind").text(r.kind().label);
            if (r.chunk() >= 0) {
                w.key("chunk").whole(r.chunk());
            }
            r.element().ifPresent(e -> {
                w.key("differing").whole(r.differing());
                if (r.farthest() >= 0) {
                    w.key("farthest").whole(r.farthest());
                }
                w.key("element").whole(e.index());
                w.key("first").text(FloatText.bits(e.recordedBits()));
                w.key("second").text(FloatText.bits(e.replayedBits()));
            });
            if (r.kind() != Kind.SAME && !r.kernels().isEmpty()) {
                w.key("kernels").beginRow();
                r.kernels().forEach(w::text);
                w.endList();
            }
            w.endObject();
        }
        w.endList();
    }
}
