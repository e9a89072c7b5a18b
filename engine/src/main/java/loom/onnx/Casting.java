package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.onnx.Known.Kind;

/** Conversions between types. Real numbers are f32 whatever type a file says; whole ones i32. */
final class Casting {
    private static final int BOOL = 9;

    /** The least magnitude that f16 rounds to infinity. */
    private static final float INFINITE_F16 = 65_520;

    private Casting() {}

    static Node cast(Call c, Node x, int to) {
        GraphBuilder g = c.graph();
        boolean real = x.type().element().isFloat();
        if (TensorReader.isReal(to)) {
            Node y = g.cast(x, ElementType.F32);
            return switch (to) {
                case OnnxWriter.BFLOAT16 -> rounded(g, y, Factors.BF16);
                case OnnxWriter.FLOAT16 -> g.plus(rounded(g, y, Factors.F16), overflow(g, y));
                default -> y;
            };
        }
        if (!TensorReader.isRead(to)) {
            throw c.refuse("to " + TensorReader.name(to));
        }
        if (to == BOOL) {
            Node zero = real ? g.constant(0f) : g.constant(0);
            return not(g, g.compare(CompareKind.EQ, x, zero));
        }
        if (!isNarrow(to)) {
            return g.cast(x, ElementType.I32);
        }
        return real ? g.cast(saturated(c, x, to), ElementType.I32) : wrapped(g, x, to);
    }

    /** A product with 1 rounds its operands and nothing else. */
    private static Node rounded(GraphBuilder g, Node x, Factors factors) {
        Node column = g.reshape(x, Shape.of(List.of(x.shape().elements(), Extent.ONE)));
        Node one = g.reshape(g.constant(1f), Shape.of(1, 1));
        return g.reshape(g.matMul(column, one, factors), x.shape());
    }

    /** 0, and a trap where f16 has only infinity. */
    private static Node overflow(GraphBuilder g, Node x) {
        Node within = g.compare(CompareKind.LT, g.unary(UnaryKind.ABS, x), g.constant(INFINITE_F16));
        return g.times(g.select(within, g.constant(0f), g.constant(0x1p50f)), g.constant(2f));
    }

    private static boolean isNarrow(int type) {
        return type >= 2 && type <= 5;
    }

    /** Not beyond what a type of integers has. What real numbers beyond it become is not defined by ONNX. */
    static Node saturated(Call c, Node x, int type) {
        int[] range = switch (type) {
            case 2 -> new int[] {0, 255};
            case 3 -> new int[] {-128, 127};
            case 4 -> new int[] {0, 65535};
            case 5 -> new int[] {-32768, 32767};
            case 21 -> new int[] {0, 15};
            case 22 -> new int[] {-8, 7};
            default -> throw c.refuse("rounding to " + TensorReader.name(type));
        };
        GraphBuilder g = c.graph();
        return g.min(g.constant((float) range[1]), g.max(g.constant((float) range[0]), x));
    }

    /** The lowest bits of whole numbers, of 8 or 16 with a sign or without. */
    private static Node wrapped(GraphBuilder g, Node x, int type) {
        int mask = type <= 3 ? 0xff : 0xffff;
        boolean signed = type == 3 || type == 5;
        Node offset = g.constant(signed ? (mask + 1) / 2 : 0);
        return g.minus(g.binary(BinaryKind.AND, g.plus(x, offset), g.constant(mask)), offset);
    }

    static Node not(GraphBuilder g, Node truth) {
        return g.minus(g.constant(1), truth);
    }

    static Known fold(Known k, int to) {
        if (to == BOOL) {
            long[] truths = new long[k.size()];
            for (int i = 0; i < truths.length; i++) {
                truths[i] = k.real(i) != 0 ? 1 : 0;
            }
            return Known.truths(k.dims(), truths);
        }
        if (TensorReader.isReal(to)) {
            if (k.isReal()) {
                return to == 1 || to == 11 ? k : null;
            }
            float[] reals = new float[k.size()];
            for (int i = 0; i < reals.length; i++) {
                if (k.batched(i)) {
                    return null;
                }
                reals[i] = k.real(i);
            }
            return Known.reals(k.dims(), reals);
        }
        if (!k.isReal()) {
            return to == 6 || to == 7 || k.kind() == Kind.TRUTH ? k.as(Kind.WHOLE, k.dims()) : null;
        }
        long[] wholes = new long[k.size()];
        for (int i = 0; i < wholes.length; i++) {
            wholes[i] = k.whole(i);
        }
        return to == 6 || to == 7 ? Known.wholes(k.dims(), wholes) : null;
    }
}
