package loom.program;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.PointOp;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.UnaryKind;
import loom.numeric.Domain;
import loom.numeric.scalar.ScalarBuilder;
import loom.numeric.scalar.ScalarCode;
import loom.numeric.scalar.ScalarFunction;

/**
 * Lane code of a pointwise kernel, for machines that generate code: what its element is, and whether an operation left its domain.
 *
 * @param inputs where each argument of the code comes from
 * @param code output 0 is the element's bits, output 1 the trap mask: 0, or all ones where rule T was violated
 * @param mayTrap false if output 1 is the constant 0
 */
public record PointwiseCode(List<Input> inputs, ScalarCode code, boolean mayTrap) {

    private static final ScalarCode FINISHED_SUM = finishSum();
    private static final ScalarCode ADDITION = add();

    /** Source of one argument. */
    public sealed interface Input {}

    /** The element of load {@code load}. */
    public record Load(int load) implements Input {}

    /** The word of run-time scalar {@code scalar}. */
    public record Scalar(int scalar) implements Input {}

    /** The position along axis {@code axis} of the kernel's space. */
    public record Index(int axis) implements Input {}

    public PointwiseCode {
        inputs = List.copyOf(inputs);
    }

    public static PointwiseCode of(Kernel.Pointwise kernel) {
        return of(kernel.code());
    }

    public static PointwiseCode of(Expression expression) {
        List<Input> inputs = new ArrayList<>();
        for (Term t : expression.terms()) {
            switch (t) {
                case Term.Operand o -> add(inputs, new Load(o.load()));
                case Term.Scalar s -> add(inputs, new Scalar(s.scalar()));
                case Term.Index i -> add(inputs, new Index(i.axis()));
                case Term.Constant c -> {}
                case Term.Apply a -> {}
            }
        }
        Lowerer l = new Lowerer(inputs, expression.terms());
        int value = l.run();
        return new PointwiseCode(inputs, l.b.build(value, l.flag), l.mayTrap);
    }

    /** Rules D and T of a finished sum: argument 0 is the sum, outputs as those of a pointwise code. */
    public static ScalarCode finishedSum() {
        return FINISHED_SUM;
    }

    private static ScalarCode finishSum() {
        ScalarBuilder b = new ScalarBuilder(1);
        int x = b.roundD(b.arg(0));
        return b.build(x, b.trapMask(x));
    }

    /** An addition in domain D: arguments are its operands, outputs as those of a pointwise code. */
    public static ScalarCode addition() {
        return ADDITION;
    }

    private static ScalarCode add() {
        ScalarBuilder b = new ScalarBuilder(2);
        int x = b.fadd(b.arg(0), b.arg(1));
        return b.build(x, b.trapMask(x));
    }

    private static void add(List<Input> inputs, Input i) {
        if (!inputs.contains(i)) {
            inputs.add(i);
        }
    }

    private static final class Lowerer {
        private final ScalarBuilder b;
        private final List<Input> inputs;
        private final List<Term> terms;
        private final int[] values;
        /** The comparison behind a 0/1 value, all ones or zero; -1 if there is none. */
        private final int[] masks;

        private int flag;
        private boolean mayTrap;

        Lowerer(List<Input> inputs, List<Term> terms) {
            this.b = new ScalarBuilder(inputs.size());
            this.inputs = inputs;
            this.terms = terms;
            this.values = new int[terms.size()];
            this.masks = new int[terms.size()];
            this.flag = b.constBits(0);
        }

        int run() {
            for (int i = 0; i < values.length; i++) {
                masks[i] = -1;
                values[i] = switch (terms.get(i)) {
                    case Term.Operand o -> b.arg(inputs.indexOf(new Load(o.load())));
                    case Term.Scalar s -> b.arg(inputs.indexOf(new Scalar(s.scalar())));
                    case Term.Index x -> b.arg(inputs.indexOf(new Index(x.axis())));
                    case Term.Constant c -> b.constBits(c.bits());
                    case Term.Apply a -> apply(i, a);
                };
            }
            return values[values.length - 1];
        }

        private int apply(int position, Term.Apply a) {
            int x = values[a.arguments().get(0)];
            int v = switch (a.op()) {
                case PointOp.Unary u -> unary(u.kind(), x);
                case PointOp.Binary k -> binary(k.kind(), x, argument(a, 1), a.element(), a.domain());
                case PointOp.Compare c -> {
                    masks[position] = compare(c.kind(), x, argument(a, 1), element(a, 0));
                    yield b.and(masks[position], b.constBits(1));
                }
                case PointOp.Select s -> {
                    int mask = masks[a.arguments().get(0)];
                    yield mask >= 0
                            ? b.select(mask, argument(a, 1), argument(a, 2))
                            : b.select(b.ieq(x, b.constBits(0)), argument(a, 2), argument(a, 1));
                }
                case PointOp.Cast c -> cast(x, element(a, 0), c.to());
                case PointOp.Random r -> random(r, x, argument(a, 1), argument(a, 2), argument(a, 3));
            };
            if (a.site() >= 0) {
                flag = mayTrap ? b.or(flag, b.trapMask(a.domain(), v)) : b.trapMask(a.domain(), v);
                mayTrap = true;
            }
            return v;
        }

        private int random(PointOp.Random r, int element, int step, int seedLow, int seedHigh) {
            int block = b.shrU(element, 2);
            int tensor = b.constBits(r.tensor());
            int purpose = b.constBits(r.purpose());
            int pair = b.and(element, b.constBits(2));
            return switch (r.kind()) {
                case UNIFORM ->
                    b.call(
                            ScalarFunction.UNIFORM,
                            b.call(ScalarFunction.PHILOX, seedLow, seedHigh, block, step, tensor, purpose, element));
                case OPEN_UNIFORM ->
                    b.call(
                            ScalarFunction.OPEN_UNIFORM,
                            b.call(ScalarFunction.PHILOX, seedLow, seedHigh, block, step, tensor, purpose, element));
                case NORMAL -> {
                    int radius = b.call(ScalarFunction.PHILOX, seedLow, seedHigh, block, step, tensor, purpose, pair);
                    int second = b.or(pair, b.constBits(1));
                    int angle = b.call(ScalarFunction.PHILOX, seedLow, seedHigh, block, step, tensor, purpose, second);
                    yield b.call(ScalarFunction.NORMAL, radius, angle, element);
                }
            };
        }

        private int argument(Term.Apply a, int i) {
            return values[a.arguments().get(i)];
        }

        private ElementType element(Term.Apply a, int argument) {
            return terms.get(a.arguments().get(argument)).element();
        }

        private int unary(UnaryKind kind, int x) {
            return switch (kind) {
                case NEG -> b.canonicalZero(b.flip(x));
                case ABS -> b.fabs(x);
                case EXP -> b.call(ScalarFunction.EXP, x);
                case LOG -> b.call(ScalarFunction.LOG, x);
                case TANH -> b.call(ScalarFunction.TANH, x);
                case SIGMOID -> b.call(ScalarFunction.SIGMOID, x);
                case SOFTPLUS -> b.call(ScalarFunction.SOFTPLUS, x);
                case ERF -> b.call(ScalarFunction.ERF, x);
                case GELU -> b.call(ScalarFunction.GELU, x);
                case SILU -> b.call(ScalarFunction.SILU, x);
                case SIN -> b.call(ScalarFunction.SIN, x);
                case COS -> b.call(ScalarFunction.COS, x);
                case SQRT -> b.call(ScalarFunction.SQRT, x);
                case RSQRT -> b.call(ScalarFunction.RSQRT, x);
                case FLOOR -> b.call(ScalarFunction.FLOOR, x);
                case NARROW -> b.roundD(x);
            };
        }

        private int binary(BinaryKind kind, int x, int y, ElementType element, Domain domain) {
            return element.isFloat() ? binaryFloat(kind, x, y, domain) : binaryInteger(kind, x, y, element);
        }

        private int binaryFloat(BinaryKind kind, int x, int y, Domain domain) {
            return switch (kind) {
                case ADD -> sum(b.fadd(x, y), domain);
                case SUB -> sum(b.fsub(x, y), domain);
                case MUL -> b.round(domain, b.fmul(x, y));
                case DIV -> b.call(domain == Domain.D ? ScalarFunction.DIV : ScalarFunction.DIV_W, x, y);
                case MIN -> b.fmin(x, y);
                case MAX -> b.fmax(x, y);
                case POW -> b.call(ScalarFunction.POW, x, y);
                case AND, OR, XOR -> throw new IllegalStateException(kind + " of f32");
            };
        }

        /** Sums of multiples of 2^-60 are such multiples, and x + (−x) is +0: rule D changes nothing. Rule W may. */
        private int sum(int s, Domain domain) {
            return switch (domain) {
                case D -> s;
                case W -> b.roundW(s);
            };
        }

        private int binaryInteger(BinaryKind kind, int x, int y, ElementType element) {
            return switch (kind) {
                case ADD -> b.iadd(x, y);
                case SUB -> b.isub(x, y);
                case MUL -> b.imul(x, y);
                case MIN -> b.select(less(y, x, element), y, x);
                case MAX -> b.select(less(x, y, element), y, x);
                case AND -> b.and(x, y);
                case OR -> b.or(x, y);
                case XOR -> b.xor(x, y);
                case DIV, POW -> throw new IllegalStateException(kind + " of integers");
            };
        }

        private int compare(PointOp.CompareKind kind, int x, int y, ElementType element) {
            return switch (kind) {
                case LT -> less(x, y, element);
                case LE -> element.isFloat() ? b.fle(x, y) : b.not(less(y, x, element));
                case EQ -> element.isFloat() ? b.feq(x, y) : b.ieq(x, y);
            };
        }

        private int less(int x, int y, ElementType element) {
            return switch (element) {
                case F32 -> b.flt(x, y);
                case I32 -> b.iltS(x, y);
                case U32 -> b.iltU(x, y);
            };
        }

        private int cast(int x, ElementType from, ElementType to) {
            if (from == to || (!from.isFloat() && !to.isFloat())) {
                return x;
            }
            return from.isFloat() ? b.f2i(x) : b.i2f(x);
        }
    }
}
