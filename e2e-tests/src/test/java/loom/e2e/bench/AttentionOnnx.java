package loom.e2e.bench;

import java.util.List;
import loom.graph.Shape;
import loom.model.Attention;
import loom.model.Place;
import loom.model.Rope;
import loom.model.Tensor;
import loom.onnx.OnnxWriter;
import loom.onnx.OnnxWriter.Attribute;

/** Attention as Llama has it, in standard operators of ONNX. */
final class AttentionOnnx {
    private static final float HIDDEN = -1e9f;

    private final OnnxForm form;
    private final OnnxWriter graph;
    private final Place place;
    private final int heads;
    private final int length;
    private final int size;

    AttentionOnnx(OnnxForm form, Place place, Attention attention) {
        this.form = form;
        this.graph = form.graph();
        this.place = place;
        heads = attention.heads().count();
        length = place.input().dim(0);
        size = place.input().dim(1) / heads;
        Attention known =
                Attention.of(heads).causal().with(new Rope.Rotary(false)).withBiases(false, false);
        if (!attention.equals(known)) {
            throw OnnxForm.noForm(place.label() + " with " + attention);
        }
    }

    String of(String x) {
        String cosines = graph.constant(at("cosines"), RotaryTables.cosines(length, size));
        String sines = graph.constant(at("sines"), RotaryTables.sines(length, size));
        String q = turned(apart(x, Attention.QUERY), cosines, sines);
        String k = turned(apart(x, Attention.KEY), cosines, sines);
        String v = apart(x, Attention.VALUE);
        String scaled =
                graph.node("Mul", List.of(q, form.number(at("factor"), (float) (1 / Math.sqrt(size)))), at("scaled"));
        String keys = graph.node("Transpose", List.of(k), at("keys"), Attribute.list("perm", 0, 1, 3, 2));
        String scores = graph.node("MatMul", List.of(scaled, keys), at("scores"));
        String seen = graph.node("Add", List.of(scores, graph.constant(at("mask"), mask())), at("seen"));
        String p = graph.node("Softmax", List.of(seen), at("probabilities"), Attribute.of("axis", -1));
        String y = graph.node("MatMul", List.of(p, v), at("values"));
        String rows = graph.node("Transpose", List.of(y), at("rows"), Attribute.list("perm", 0, 2, 1, 3));
        String shape = graph.shape(at("joined_shape"), form.batch(), length, heads * size);
        return form.product(place, graph.node("Reshape", List.of(rows, shape), at("joined")), Attention.OUTPUT);
    }

    /** {@code [batch, heads, length, size]}. */
    private String apart(String x, String name) {
        String shape = graph.shape(at(name + ".apart_shape"), form.batch(), length, heads, size);
        String apart = graph.node("Reshape", List.of(form.product(place, x, name), shape), at(name + ".apart"));
        return graph.node("Transpose", List.of(apart), at(name + ".heads"), Attribute.list("perm", 0, 2, 1, 3));
    }

    private String turned(String x, String cosines, String sines) {
        List<String> halves = List.of(x + ".first", x + ".second");
        graph.node("Split", List.of(x), halves, Attribute.of("axis", 3));
        String other =
                graph.node("Concat", List.of(halves.get(1), halves.get(0)), x + ".other", Attribute.of("axis", 3));
        String along = graph.node("Mul", List.of(x, cosines), x + ".along");
        String across = graph.node("Mul", List.of(other, sines), x + ".across");
        return graph.node("Add", List.of(along, across), x + ".turned");
    }

    private Tensor mask() {
        float[] values = new float[length * length];
        for (int query = 0; query < length; query++) {
            for (int key = query + 1; key < length; key++) {
                values[query * length + key] = HIDDEN;
            }
        }
        return new Tensor(Shape.of(length, length), values);
    }

    private String at(String name) {
        return place.path() + "." + name;
    }
}
