package loom.graph;

import java.util.ArrayList;
import java.util.List;

/** Shapes of tables, of indices into them, and of the rows that these choose. */
final class IndexRules {
    private IndexRules() {}

    /** {@code [L..., V, D...]} by {@code [L..., I...]} to {@code [L..., I..., D...]}. */
    static TensorType gather(Op.Gather op, List<Node> in) {
        ShapeRules.check(in.size() == 2, "a gather takes table and indices");
        TensorType table = in.get(0).type();
        Shape indices = indices("gather from " + table, op.lead(), in.get(1).type());
        int rank = table.shape().rank();
        ShapeRules.check(
                rank > op.lead() && lead(table.shape(), op.lead()).equals(lead(indices, op.lead())),
                "gather from " + table + " by " + in.get(1).type() + ": " + op.lead() + " leading axes differ");
        List<Extent> out = new ArrayList<>(indices.extents());
        out.addAll(table.shape().extents().subList(op.lead() + 1, rank));
        return table.withShape(Shape.of(out));
    }

    /** {@code [L..., I..., D...]} by {@code [L..., I...]} to {@code [L..., V, D...]}. */
    static TensorType scatterAdd(Op.ScatterAdd op, List<Node> in) {
        ShapeRules.check(in.size() == 2, "a scatter-add takes values and indices");
        TensorType values = in.get(0).type();
        Shape indices = indices("scatter-add of " + values, op.lead(), in.get(1).type());
        int rank = indices.rank();
        ShapeRules.check(values.equals(TensorType.f32(values.shape())), "scatter-add of " + values);
        ShapeRules.check(
                values.shape().rank() >= rank && lead(values.shape(), rank).equals(indices.extents()),
                "scatter-add of " + values + " by " + in.get(1).type() + ": one index a row expected");
        List<Extent> out = new ArrayList<>(lead(indices, op.lead()));
        out.add(op.rows());
        out.addAll(values.shape().extents().subList(rank, values.shape().rank()));
        return values.withShape(Shape.of(out));
    }

    private static Shape indices(String what, int lead, TensorType t) {
        ShapeRules.check(
                t.element() == ElementType.I32 && lead >= 0 && lead <= t.shape().rank(), what + " by " + t);
        return t.shape();
    }

    private static List<Extent> lead(Shape s, int axes) {
        return s.extents().subList(0, axes);
    }
}
