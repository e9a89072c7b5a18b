package loom.machine.reference;

import java.util.List;
import loom.graph.PointOp;
import loom.numeric.Domain;
import loom.numeric.F32;
import loom.numeric.Philox;
import loom.program.Kernel;
import loom.program.Term;

/** Evaluates the expression at every position, term by term. */
final class PointwiseReference {
    private PointwiseReference() {}

    static void run(Kernel.Pointwise kernel, Memory memory) {
        int[] extents = kernel.space().at(memory.batch());
        int rank = extents.length;
        int loads = kernel.loads().size();
        int[][] words = new int[loads][];
        int[] position = new int[loads];
        int[][] strides = new int[loads][];
        for (int l = 0; l < loads; l++) {
            Kernel.Load load = kernel.loads().get(l);
            words[l] = memory.words(load.buffer());
            position[l] = memory.offset(load.buffer()) + memory.at(load.offset());
            strides[l] = new int[rank];
            for (int axis = 0; axis < rank; axis++) {
                strides[l][axis] = memory.at(load.stride(axis));
            }
        }
        List<Term> terms = kernel.code().terms();
        int[] value = new int[terms.size()];
        int[] index = new int[rank];
        int[] out = memory.words(kernel.out());
        int o = memory.offset(kernel.out());
        int end = o + kernel.space().elements(memory.batch());
        while (o < end) {
            for (int t = 0; t < value.length; t++) {
                value[t] = switch (terms.get(t)) {
                    case Term.Operand p -> words[p.load()][position[p.load()]];
                    case Term.Constant c -> c.bits();
                    case Term.Scalar s -> memory.scalar(s.scalar());
                    case Term.Index i -> index[i.axis()];
                    case Term.Apply a -> apply(a, terms, value, memory);
                };
            }
            out[o++] = value[value.length - 1];
            for (int axis = rank - 1; axis >= 0; axis--) {
                boolean wraps = ++index[axis] == extents[axis];
                for (int l = 0; l < loads; l++) {
                    position[l] += wraps ? strides[l][axis] * (1 - extents[axis]) : strides[l][axis];
                }
                if (!wraps) {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    private static int apply(Term.Apply a, List<Term> terms, int[] value, Memory memory) {
        int first = a.arguments().get(0);
        int x = value[first];
        int y = a.arguments().size() > 1 ? value[a.arguments().get(1)] : 0;
        boolean floats = terms.get(first).element().isFloat();
        int bits = switch (a.op()) {
            case PointOp.Unary u -> Float.floatToRawIntBits(unary(u.kind(), Float.intBitsToFloat(x), a.domain()));
            case PointOp.Binary b ->
                floats
                        ? Float.floatToRawIntBits(
                                binary(b.kind(), Float.intBitsToFloat(x), Float.intBitsToFloat(y), a.domain()))
                        : integer(b.kind(), x, y, a.element() == loom.graph.ElementType.U32);
            case PointOp.Compare c ->
                (floats
                                ? compare(c.kind(), Float.intBitsToFloat(x), Float.intBitsToFloat(y))
                                : compare(c.kind(), x, y, terms.get(first).element() == loom.graph.ElementType.U32))
                        ? 1
                        : 0;
            case PointOp.Select s -> x != 0 ? y : value[a.arguments().get(2)];
            case PointOp.Random r -> {
                long seed = value[a.arguments().get(2)] & 0xffffffffL
                        | (long) value[a.arguments().get(3)] << 32;
                yield Float.floatToRawIntBits(random(r, seed, x, y));
            }
            case PointOp.Cast c ->
                switch (c.to()) {
                    case F32 -> Float.floatToRawIntBits(F32.fromInt(x));
                    case I32, U32 -> floats ? F32.toInt(Float.intBitsToFloat(x)) : x;
                };
        };
        if (a.site() >= 0 && a.domain().traps(bits)) {
            memory.trap(a.site());
        }
        return bits;
    }

    private static float random(PointOp.Random r, long seed, int element, int step) {
        return switch (r.kind()) {
            case UNIFORM -> Philox.uniform(seed, element, step, r.tensor(), r.purpose());
            case OPEN_UNIFORM -> Philox.openUniform(Philox.word(seed, element, step, r.tensor(), r.purpose()));
            case NORMAL -> Philox.normal(seed, element, step, r.tensor(), r.purpose());
        };
    }

    private static float unary(PointOp.UnaryKind kind, float x, Domain domain) {
        return switch (kind) {
            case NEG -> F32.neg(x);
            case ABS -> F32.abs(x);
            case EXP -> F32.exp(x);
            case LOG -> F32.log(x);
            case TANH -> F32.tanh(x);
            case SIGMOID -> F32.sigmoid(x);
            case SOFTPLUS -> F32.softplus(x);
            case ERF -> F32.erf(x);
            case GELU -> F32.gelu(x);
            case SILU -> F32.silu(x);
            case SIN -> F32.sin(x);
            case COS -> F32.cos(x);
            case SQRT -> domain.round((float) Math.sqrt(x));
            case RSQRT -> F32.rsqrt(x);
            case FLOOR -> F32.floor(x);
            case NARROW -> Domain.roundD(x);
        };
    }

    private static float binary(PointOp.BinaryKind kind, float x, float y, Domain domain) {
        return switch (kind) {
            case ADD -> domain.round(x + y);
            case SUB -> domain.round(x - y);
            case MUL -> domain.round(x * y);
            case DIV -> domain == Domain.D ? F32.div(x, y) : F32.divW(x, y);
            case MIN -> x < y ? x : y;
            case MAX -> x < y ? y : x;
            case POW -> F32.pow(x, y);
            case AND, OR, XOR -> throw new IllegalStateException(kind + " of floats");
        };
    }

    private static int integer(PointOp.BinaryKind kind, int x, int y, boolean unsigned) {
        boolean less = unsigned ? Integer.compareUnsigned(x, y) < 0 : x < y;
        return switch (kind) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case MIN -> less ? x : y;
            case MAX -> less ? y : x;
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case DIV, POW -> throw new IllegalStateException(kind + " of integers");
        };
    }

    private static boolean compare(PointOp.CompareKind kind, float x, float y) {
        return switch (kind) {
            case LT -> x < y;
            case LE -> x <= y;
            case EQ -> x == y;
        };
    }

    private static boolean compare(PointOp.CompareKind kind, int x, int y, boolean unsigned) {
        int c = unsigned ? Integer.compareUnsigned(x, y) : Integer.compare(x, y);
        return switch (kind) {
            case LT -> c < 0;
            case LE -> c <= 0;
            case EQ -> c == 0;
        };
    }
}
