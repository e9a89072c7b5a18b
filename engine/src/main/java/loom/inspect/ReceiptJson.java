package loom.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.FloatBytes;
import loom.format.JsonWriter;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.format.TensorJson;
import loom.graph.ElementType;
import loom.graph.Shape;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.Base64;

/** Receipts as JSON, version 1; {@code docs/receipts.md} describes them. The same receipt always gives the same bytes. */
public final class ReceiptJson {
    private static final String FORMAT = "loom-receipt";
    private static final int VERSION = 1;
    private static final List<String> ENTRY = List.of("name", "type", "shape", "digest", "chunks");

    private ReceiptJson() {}

    // ---- writing ----

    public static String write(Receipt r) {
        JsonWriter w = new JsonWriter();
        w.beginObject();
        w.key("format").text(FORMAT);
        w.key("version").whole(VERSION);
        w.key("engine").text(r.engine());
        w.key("machine").text(r.machine());
        w.key("adapter").text(r.adapter());
        w.key("model").beginObject();
        w.key("path").text(r.model().path());
        w.key("digest").text(r.model().digest());
        r.model().embedded().ifPresent(m -> w.key("embedded").json(ModelWriter.write(m)));
        w.endObject();
        w.key("input").beginObject();
        w.key("path").text(r.input().path());
        w.key("digest").text(r.input().digest());
        r.input().embedded().ifPresent(t -> w.key("embedded").json(TensorJson.write(t, true)));
        w.endObject();
        w.key("batch").whole(r.batch());
        if (r.step() != 0) {
            w.key("step").whole(r.step());
        }
        w.key("program").text(r.program());
        w.key("nodes").beginList();
        r.nodes().forEach(e -> entry(w, e));
        w.endList();
        w.key("output");
        entry(w, r.output());
        if (!r.trace().isEmpty()) {
            w.key("trace").beginList();
            r.trace().forEach(t -> traced(w, t));
            w.endList();
        }
        return w.endObject().finish();
    }

    private static void entry(JsonWriter w, Receipt.Entry e) {
        w.beginObject();
        w.key("name").text(e.name());
        w.key("type").text(e.type());
        w.key("shape").shape(e.shape());
        w.key("digest").text(e.digest().root());
        w.key("chunks").beginRow();
        e.digest().chunks().forEach(w::text);
        w.endList().endObject();
    }

    private static void traced(JsonWriter w, Receipt.Traced t) {
        w.beginObject();
        w.key("name").text(t.entry().name());
        w.key("layer").text(t.layer());
        w.key("operation").text(t.operation());
        w.key("type").text(t.entry().type());
        w.key("shape").shape(t.entry().shape());
        if (!t.kernels().isEmpty()) {
            w.key("kernels").beginList();
            t.kernels().forEach(w::text);
            w.endList();
        }
        w.key("data").text(Base64.encode(FloatBytes.bytesOfWords(t.words())));
        w.endObject();
    }

    // ---- reading ----

    /** Whether a file says that it is a receipt. */
    public static boolean isReceipt(String fileName, byte[] bytes) {
        return Cursor.says(fileName, bytes, FORMAT);
    }

    public static Receipt read(String fileName, byte[] bytes) {
        return read(Cursor.parse(fileName, bytes));
    }

    public static Receipt read(String fileName, String text) {
        return read(Cursor.parse(fileName, text));
    }

    private static Receipt read(Cursor c) {
        Cursor format = c.member("format");
        if (!format.string().equals(FORMAT)) {
            throw format.expected("\"" + FORMAT + "\"");
        }
        c.member("version").whole(VERSION, VERSION);
        c.allow(List.of(
                "format", "version", "engine", "machine", "adapter", "model", "input", "batch", "step", "program",
                "nodes", "output", "trace"));
        List<Receipt.Entry> nodes = new ArrayList<>();
        c.member("nodes").elements().forEach(e -> nodes.add(entry(e)));
        List<Receipt.Traced> trace = new ArrayList<>();
        c.optional("trace").ifPresent(t -> t.elements().forEach(e -> trace.add(traced(e))));
        Optional<Model> model =
                embedded(c.member("model")).map(m -> ModelReader.load(m, "").model());
        Optional<Tensor> input = embedded(c.member("input")).map(TensorJson::read);
        return new Receipt(
                c.member("engine").string(),
                c.member("machine").string(),
                c.member("adapter").string(),
                subject(c.member("model"), model),
                subject(c.member("input"), input),
                c.member("batch").whole(1, Integer.MAX_VALUE),
                c.optional("step").map(s -> s.whole(0, Integer.MAX_VALUE)).orElse(0),
                hex(c.member("program"), 64),
                nodes,
                entry(c.member("output")),
                trace);
    }

    private static Optional<Cursor> embedded(Cursor c) {
        return c.optional("embedded");
    }

    private static <T> Receipt.Subject<T> subject(Cursor c, Optional<T> embedded) {
        c.allow(List.of("path", "digest", "embedded"));
        return new Receipt.Subject<>(c.member("path").string(), hex(c.member("digest"), 64), embedded);
    }

    private static Receipt.Entry entry(Cursor c) {
        c.allow(ENTRY);
        Shape shape = c.member("shape").shape();
        List<String> chunks = new ArrayList<>();
        for (Cursor e : c.member("chunks").elements()) {
            chunks.add(hex(e, 16));
        }
        int expected = 1 + (shape.elements(1) - 1) / TensorDigest.CHUNK_ELEMENTS;
        if (chunks.size() != expected) {
            throw c.member("chunks").expected("a list of " + expected);
        }
        return new Receipt.Entry(
                c.member("name").string(),
                TensorDigest.name(type(c.member("type"))),
                shape,
                new TensorDigest(hex(c.member("digest"), 64), chunks));
    }

    private static Receipt.Traced traced(Cursor c) {
        c.allow(List.of("name", "layer", "operation", "type", "shape", "kernels", "data"));
        List<String> kernels = new ArrayList<>();
        c.optional("kernels").ifPresent(k -> k.elements().forEach(e -> kernels.add(e.string())));
        Shape shape = c.member("shape").shape();
        ElementType type = type(c.member("type"));
        Cursor data = c.member("data");
        byte[] bytes = data.base64();
        if (bytes.length != 4L * shape.elements(1)) {
            throw data.error(
                    ModelException.Code.DATA,
                    "expected " + 4L * shape.elements(1) + " bytes for " + shape + ", found " + bytes.length,
                    "");
        }
        int[] words = FloatBytes.words(bytes);
        return new Receipt.Traced(
                new Receipt.Entry(
                        c.member("name").string(),
                        TensorDigest.name(type),
                        shape,
                        TensorDigest.of(type, shape.dims(), words)),
                c.member("layer").string(),
                c.member("operation").string(),
                kernels,
                words);
    }

    private static ElementType type(Cursor c) {
        for (ElementType t : ElementType.values()) {
            if (TensorDigest.name(t).equals(c.string())) {
                return t;
            }
        }
        throw c.expected("f32, i32 or u32");
    }

    private static String hex(Cursor c, int digits) {
        String s = c.string();
        boolean good = s.length() == digits;
        for (int i = 0; good && i < digits; i++) {
            char d = s.charAt(i);
            good = d >= '0' && d <= '9' || d >= 'a' && d <= 'f';
        }
        if (!good) {
            throw c.expected(digits + " hexadecimal digits");
        }
        return s;
    }
}
