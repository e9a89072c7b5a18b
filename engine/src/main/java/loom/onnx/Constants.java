package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;
import loom.graph.TensorType;

/** Operators that look at shapes or make values from nothing. */
final class Constants {
    static final List<Operator> ALL = List.of(
            new Operator("Shape", 1, "", c -> List.of(shape(c))),
            new Operator("Size", 1, "", c -> List.of(size(c))),
            new Operator("ConstantOfShape", 9, "", c -> List.of(filled(c))),
            new Operator("Range", 11, "limits must be known", c -> {
                throw c.refuse("its limits are computed at run time");
            }),
            Operator.of("EyeLike", 9, Constants::eye),
            Operator.of("Identity", 1, c -> c.x(0)));

    private Constants() {}

    private static Known shape(Call c) {
        Shape s = c.shape(0);
        int from = bound(c.whole("start", 0), s.rank());
        int to = bound(c.whole("end", s.rank()), s.rank());
        return Known.extents(s, from, to);
    }

    /** A position in a list of {@code n}; negative ones count from the end. */
    static int bound(int at, int n) {
        return Math.max(0, Math.min(n, at < 0 ? at + n : at));
    }

    private static Known size(Call c) {
        loom.graph.Extent n = c.shape(0).elements();
        return Known.wholes(new int[0], new long[] {n.coefficient()}, new boolean[] {n.batched()});
    }

    /** Of a shape that has the batch in it. */
    private static Value filled(Call c) {
        Known dims = c.known(0);
        loom.graph.Extent[] extents = new loom.graph.Extent[dims.size()];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = dims.extent(i);
        }
        Shape shape = Shape.of(List.of(extents));
        boolean whole = c.hasAttribute("whole_value");
        int bits = whole ? c.whole("whole_value", 0) : Float.floatToRawIntBits(c.real("value", 0));
        TensorType type = whole ? TensorType.i32(shape) : TensorType.f32(shape);
        return new Value.Computed(c.graph().add(new Op.Splat(bits, type)));
    }

    private static Node eye(Call c) {
        GraphBuilder g = c.graph();
        Shape s = c.shape(0);
        c.fixed(s, 0);
        Node row = g.iota(s, 0);
        Node column = g.iota(s, 1);
        Node one = g.compare(CompareKind.EQ, g.plus(row, g.constant(c.whole("k", 0))), column);
        int type = c.whole("dtype", 0);
        boolean real = type == 0 ? c.x(0).type().element().isFloat() : TensorReader.isReal(type);
        return real ? g.cast(one, ElementType.F32) : one;
    }
}
