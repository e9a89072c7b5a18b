package loom.machine.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.PointOp;
import loom.numeric.Domain;
import loom.numeric.Philox;
import loom.program.Term;

/** An expression as loops over strips, each of which is in a register of {@link Scratch} until its last use. */
final class StripCode {
    /** Costs in operations on an element. */
    private static final int SIMPLE = 1;

    private static final int FUNCTION = 32;
    private static final int VECTOR_FUNCTION = 4;

    @FunctionalInterface
    private interface Operation {
        void run(Strip strip);
    }

    private final List<Term> terms;
    private final Loops loops;
    private final List<Operation> operations = new ArrayList<>();
    private final int[] register;
    private final int marks;
    private final boolean mayTrap;
    private final int cost;

    StripCode(List<Term> terms, Loops loops) {
        this.terms = terms;
        this.loops = loops;
        Registers registers = new Registers(terms);
        this.register = registers.assigned();
        this.marks = registers.floats();
        boolean traps = false;
        int sum = SIMPLE;
        for (int t = 0; t < terms.size(); t++) {
            int term = t;
            int r = register[t];
            switch (terms.get(t)) {
                case Term.Operand o ->
                    operations.add(o.element().isFloat() ? s -> s.readFloats(term, r) : s -> s.readInts(term, r));
                case Term.Index i -> operations.add(s -> s.count(term, r));
                case Term.Constant c -> {}
                case Term.Scalar s -> {}
                case Term.Apply a -> {
                    operations.add(operation(a, r));
                    sum += cost(a.op());
                    if (a.site() >= 0 && a.element().isFloat()) {
                        traps = true;
                        Domain domain = a.domain();
                        operations.add(s -> Lanes.test(domain, s.floats(r), s.floats(marks), s.n()));
                    }
                }
            }
        }
        this.mayTrap = traps;
        this.cost = sum;
    }

    private int cost(PointOp op) {
        return switch (op) {
            case PointOp.Unary u ->
                switch (u.kind()) {
                    case NEG, ABS, SQRT, RSQRT, FLOOR, NARROW -> SIMPLE;
                    case EXP, LOG, TANH, SIGMOID, SOFTPLUS, ERF, GELU, SILU, SIN, COS ->
                        loops.function(u.kind()).isPresent() ? VECTOR_FUNCTION : FUNCTION;
                };
            case PointOp.Binary b -> b.kind() == PointOp.BinaryKind.POW ? 2 * FUNCTION : SIMPLE;
            case PointOp.Random r -> 2 * FUNCTION;
            case PointOp.Compare c -> SIMPLE;
            case PointOp.Select s -> SIMPLE;
            case PointOp.Cast c -> SIMPLE;
        };
    }

    /** Operations on an element. */
    int cost() {
        return cost;
    }

    /** Before the first of some strips: what is the same in all of them. */
    void begin(Scratch scratch, Frame frame) {
        for (int t = 0; t < terms.size(); t++) {
            switch (terms.get(t)) {
                case Term.Constant c -> fill(scratch, t, c.bits());
                case Term.Scalar s -> fill(scratch, t, frame.scalar(s.scalar()));
                case Term.Operand o -> {}
                case Term.Index i -> {}
                case Term.Apply a -> {}
            }
        }
        if (mayTrap) {
            Arrays.fill(scratch.floats(marks), 0f);
        }
    }

    private void fill(Scratch scratch, int term, int bits) {
        if (isFloat(term)) {
            Arrays.fill(scratch.floats(register[term]), Float.intBitsToFloat(bits));
        } else {
            Arrays.fill(scratch.ints(register[term]), bits);
        }
    }

    void run(Strip strip) {
        for (Operation o : operations) {
            o.run(strip);
        }
    }

    /** The strip of the last term. */
    Object result(Scratch scratch) {
        int last = terms.size() - 1;
        return isFloat(last) ? scratch.floats(register[last]) : scratch.ints(register[last]);
    }

    /** Whether one of the strips since {@link #begin} violated rule T. */
    boolean trapped(Scratch scratch) {
        return mayTrap && Lanes.marked(scratch.floats(marks), Lanes.STRIP);
    }

    private boolean isFloat(int term) {
        return terms.get(term).element().isFloat();
    }

    private Operation operation(Term.Apply a, int o) {
        List<Integer> arguments = a.arguments();
        int x = register[arguments.get(0)];
        int y = arguments.size() > 1 ? register[arguments.get(1)] : 0;
        int z = arguments.size() > 2 ? register[arguments.get(2)] : 0;
        ElementType from = terms.get(arguments.get(0)).element();
        int flip = from == ElementType.U32 ? Integer.MIN_VALUE : 0;
        return switch (a.op()) {
            case PointOp.Unary u -> unary(u.kind(), o, x);
            case PointOp.Binary b ->
                from.isFloat() ? binary(b.kind(), a.domain(), o, x, y) : binary(b.kind(), flip, o, x, y);
            case PointOp.Compare c -> from.isFloat() ? compare(c.kind(), o, x, y) : compare(c.kind(), flip, o, x, y);
            case PointOp.Select c ->
                a.element().isFloat()
                        ? s -> Lanes.select(s.floats(o), s.ints(x), s.floats(y), s.floats(z), s.n())
                        : s -> Lanes.select(s.ints(o), s.ints(x), s.ints(y), s.ints(z), s.n());
            case PointOp.Cast c -> cast(from, c.to(), o, x);
            case PointOp.Random r -> random(r, o, x, y, z, register[arguments.get(3)]);
        };
    }

    private Operation unary(PointOp.UnaryKind kind, int o, int x) {
        Loops.Function f = loops.function(kind).orElseGet(() -> plain(kind));
        return s -> f.run(s.floats(o), s.floats(x), s.n());
    }

    private static Loops.Function plain(PointOp.UnaryKind kind) {
        return switch (kind) {
            case NEG -> Lanes::negate;
            case ABS -> Lanes::abs;
            case EXP -> Lanes::exp;
            case LOG -> Lanes::log;
            case TANH -> Lanes::tanh;
            case SIGMOID -> Lanes::sigmoid;
            case SOFTPLUS -> Lanes::softplus;
            case ERF -> Lanes::erf;
            case GELU -> Lanes::gelu;
            case SILU -> Lanes::silu;
            case SIN -> Lanes::sin;
            case COS -> Lanes::cos;
            case SQRT -> Lanes::sqrt;
            case RSQRT -> Lanes::rsqrt;
            case FLOOR -> Lanes::floor;
            case NARROW -> Lanes::roundD;
        };
    }

    private interface FloatBinary {
        void run(float[] o, float[] x, float[] y, int n);
    }

    private static Operation binary(PointOp.BinaryKind kind, Domain domain, int o, int x, int y) {
        boolean wide = domain == Domain.W;
        FloatBinary f = switch (kind) {
            case ADD -> Lanes::add;
            case SUB -> Lanes::subtract;
            case MUL -> wide ? Lanes::multiply : Lanes::multiplyD;
            case DIV -> wide ? Lanes::divide : Lanes::divideD;
            case MIN -> Lanes::min;
            case MAX -> Lanes::max;
            case POW -> Lanes::pow;
            case AND, OR, XOR -> throw new IllegalStateException(kind + " of floats");
        };
        // Sums of multiples of 2^-60 are such multiples: rule D changes nothing. Rule W may; to others it does nothing.
        return wide
                ? s -> {
                    f.run(s.floats(o), s.floats(x), s.floats(y), s.n());
                    Lanes.roundW(s.floats(o), s.floats(o), s.n());
                }
                : s -> f.run(s.floats(o), s.floats(x), s.floats(y), s.n());
    }

    private interface IntBinary {
        void run(int[] o, int[] x, int[] y, int n);
    }

    private static Operation binary(PointOp.BinaryKind kind, int flip, int o, int x, int y) {
        IntBinary f = switch (kind) {
            case ADD -> Lanes::add;
            case SUB -> Lanes::subtract;
            case MUL -> Lanes::multiply;
            case MIN -> (r, a, b, n) -> Lanes.min(r, a, b, flip, n);
            case MAX -> (r, a, b, n) -> Lanes.max(r, a, b, flip, n);
            case AND -> Lanes::and;
            case OR -> Lanes::or;
            case XOR -> Lanes::xor;
            case DIV, POW -> throw new IllegalStateException(kind + " of integers");
        };
        return s -> f.run(s.ints(o), s.ints(x), s.ints(y), s.n());
    }

    private static Operation compare(PointOp.CompareKind kind, int o, int x, int y) {
        return switch (kind) {
            case LT -> s -> Lanes.less(s.ints(o), s.floats(x), s.floats(y), s.n());
            case LE -> s -> Lanes.atMost(s.ints(o), s.floats(x), s.floats(y), s.n());
            case EQ -> s -> Lanes.equal(s.ints(o), s.floats(x), s.floats(y), s.n());
        };
    }

    private static Operation compare(PointOp.CompareKind kind, int flip, int o, int x, int y) {
        return switch (kind) {
            case LT -> s -> Lanes.less(s.ints(o), s.ints(x), s.ints(y), flip, s.n());
            case LE -> s -> Lanes.atMost(s.ints(o), s.ints(x), s.ints(y), flip, s.n());
            case EQ -> s -> Lanes.equal(s.ints(o), s.ints(x), s.ints(y), s.n());
        };
    }

    private static Operation cast(ElementType from, ElementType to, int o, int x) {
        if (from.isFloat() && to.isFloat()) {
            return s -> System.arraycopy(s.floats(x), 0, s.floats(o), 0, s.n());
        }
        if (from.isFloat()) {
            return s -> Lanes.toInt(s.ints(o), s.floats(x), s.n());
        }
        if (to.isFloat()) {
            return s -> Lanes.toFloat(s.floats(o), s.ints(x), s.n());
        }
        return s -> System.arraycopy(s.ints(x), 0, s.ints(o), 0, s.n());
    }

    private static Operation random(PointOp.Random r, int o, int element, int step, int seedLow, int seedHigh) {
        return s -> {
            float[] out = s.floats(o);
            int[] elements = s.ints(element);
            int[] steps = s.ints(step);
            for (int i = 0; i < s.n(); i++) {
                long seed = s.ints(seedLow)[i] & 0xffffffffL | (long) s.ints(seedHigh)[i] << 32;
                out[i] = draw(r, seed, elements[i], steps[i]);
            }
        };
    }

    private static float draw(PointOp.Random r, long seed, int element, int step) {
        return switch (r.kind()) {
            case UNIFORM -> Philox.uniform(seed, element, step, r.tensor(), r.purpose());
            case OPEN_UNIFORM -> Philox.openUniform(Philox.word(seed, element, step, r.tensor(), r.purpose()));
            case NORMAL -> Philox.normal(seed, element, step, r.tensor(), r.purpose());
        };
    }
}
