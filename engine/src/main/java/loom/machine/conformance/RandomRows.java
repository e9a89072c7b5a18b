package loom.machine.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import loom.graph.Autodiff;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;

/** Rows of a table by indices, their gradient and sums of rows, also inside a loop; sometimes an index is outside. */
final class RandomRows {
    private final Dice dice;
    private final GraphBuilder g;
    private final UnaryOperator<Node> feed;
    private final boolean batched;
    private final int lead;

    /** Leading extents, extents of the indices, of the table's rows; V. */
    private final List<Extent> common = new ArrayList<>();

    private final List<Extent> positions = new ArrayList<>();
    private final List<Extent> row = new ArrayList<>();
    private Extent vocabulary;

    RandomRows(Dice dice, GraphBuilder g, UnaryOperator<Node> feed, boolean batched) {
        this.dice = dice;
        this.g = g;
        this.feed = feed;
        this.batched = batched;
        lead = dice.chance(60) ? 0 : dice.between(1, 2);
        vocabulary = Extent.of(dice.extent(dice.chance(50) ? 9 : 70));
        draw(common, lead, 4);
        draw(positions, dice.below(3), dice.chance(30) ? 30 : 6);
        draw(row, dice.below(3), 12);
        if (dice.chance(50)) {
            row.clear();
            row.add(Extent.of(dice.extent()));
        }
        if (batched) {
            switch (dice.below(5)) {
                case 0 -> row.add(new Extent(1, true));
                case 1 -> vocabulary = new Extent(vocabulary.coefficient(), true);
                case 2 -> batchFirst(lead > 0 ? common : positions);
                default -> batchFirst(positions);
            }
        }
    }

    private static void batchFirst(List<Extent> extents) {
        Extent batch = new Extent(1, true);
        if (extents.isEmpty()) {
            extents.add(batch);
        } else {
            extents.set(0, batch);
        }
    }

    private void draw(List<Extent> extents, int count, int limit) {
        for (int i = 0; i < count; i++) {
            extents.add(Extent.of(dice.extent(limit)));
        }
    }

    @SafeVarargs
    private static Shape shape(List<Extent>... parts) {
        List<Extent> all = new ArrayList<>();
        for (List<Extent> p : parts) {
            all.addAll(p);
        }
        return Shape.of(all);
    }

    void build() {
        TensorType type = TensorType.f32(shape(common, List.of(vocabulary), row));
        boolean constant = !type.shape().isBatched() && dice.chance(50);
        Node table = feed.apply(constant ? g.parameter("table", type.shape()) : g.input("table", type));
        Node indices = indices(shape(common, positions), "i");
        Node rows = g.gather(table, indices, lead);
        g.output("rows", rows).output("gradient", gradient(rows, table));
        Node values = feed.apply(g.input("values", rows.type()));
        g.output("sums", g.scatterAdd(values, indices, lead, vocabulary));
        Node words = g.gather(g.cast(table, ElementType.I32), indices, lead);
        g.output("words", words);
        if (dice.chance(50)) {
            loop(table, rows.shape());
        }
    }

    /** Fed integers folded into the table; in one case of five not quite. */
    private Node indices(Shape shape, String name) {
        Node raw = feed.apply(g.input(name, TensorType.i32(shape)));
        int power = Integer.highestOneBit(Math.max(1, 2 * vocabulary.coefficient() - 1));
        Node folded = g.binary(BinaryKind.AND, raw, g.constant(power - 1));
        if (dice.chance(20)) {
            return dice.chance(70) ? folded : raw;
        }
        return g.min(folded, g.constant(vocabulary.coefficient() - 1));
    }

    private Node gradient(Node y, Node table) {
        Node flat = g.reshape(y, Shape.of(List.of(y.shape().elements())));
        Node loss = g.reshape(g.mean(g.times(flat, flat), 0), Shape.SCALAR);
        return Autodiff.gradients(g, loss, List.of(table)).get(0);
    }

    /** h′ = tanh(h + table[i_t]), with the rows stacked, and sums of them. */
    private void loop(Node table, Shape shape) {
        int trips = dice.between(1, 4);
        Shape each = shape(common, positions);
        GraphBuilder b = new GraphBuilder();
        Node h = b.input("h", TensorType.f32(shape));
        Node i = b.input("i", TensorType.i32(each));
        Node t = b.input("t", table.type());
        Node rows = b.gather(t, i, lead);
        b.output("h", b.unary(UnaryKind.TANH, b.plus(h, rows)));
        b.output("rows", rows).output("sums", b.scatterAdd(rows, i, lead, vocabulary));
        Graph body = b.build();
        Node start = feed.apply(g.input("h", TensorType.f32(shape)));
        Node slices = indices(each.insert(0, Extent.of(trips)), "slices");
        List<Node> results = g.loop(body, trips, dice.chance(50), List.of(start), List.of(slices), List.of(table));
        Node last = results.get(0);
        g.output("stack", results.get(1)).output("stacked sums", results.get(2));
        g.output("last", last).output("loop gradient", gradient(last, table));
    }
}
