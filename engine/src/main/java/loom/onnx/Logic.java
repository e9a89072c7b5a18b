package loom.onnx;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;

/** Comparisons, truth values and bits. */
final class Logic {
    static final List<Operator> ALL = List.of(
            Operator.of("Equal", 7, c -> compare(c, CompareKind.EQ, false)),
            Operator.of("Less", 7, c -> compare(c, CompareKind.LT, false)),
            Operator.of("LessOrEqual", 12, c -> compare(c, CompareKind.LE, false)),
            Operator.of("Greater", 7, c -> compare(c, CompareKind.LT, true)),
            Operator.of("GreaterOrEqual", 12, c -> compare(c, CompareKind.LE, true)),
            bits("And", 7, BinaryKind.AND),
            bits("Or", 7, BinaryKind.OR),
            bits("Xor", 7, BinaryKind.XOR),
            bits("BitwiseAnd", 18, BinaryKind.AND),
            bits("BitwiseOr", 18, BinaryKind.OR),
            bits("BitwiseXor", 18, BinaryKind.XOR),
            Operator.of("Where", 9, Logic::where));

    private Logic() {}

    private static Operator bits(String name, int since, BinaryKind kind) {
        return Operator.of(name, since, c -> c.graph().binary(kind, c.x(0), c.x(1)));
    }

    private static Node compare(Call c, CompareKind kind, boolean turned) {
        return c.graph().compare(kind, c.x(turned ? 1 : 0), c.x(turned ? 0 : 1));
    }

    private static Node where(Call c) {
        GraphBuilder g = c.graph();
        return g.select(c.x(0), c.x(1), c.x(2));
    }
}
