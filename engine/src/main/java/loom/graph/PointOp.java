package loom.graph;

import loom.numeric.Domain;

/**
 * Operation on elements at equal positions; operands have equal shapes (use {@link Op.Broadcast}). Compare yields i32 0 or 1,
 * Select takes its first value where the i32 mask is not 0.
 *
 * <p>What each computes to the bit, and when it traps, is defined by {@code loom.numeric}: f32 results are rounded by rule D
 * (rule W in domain W), integers wrap modulo 2^32.
 */
public sealed interface PointOp extends Op
        permits PointOp.Unary, PointOp.Binary, PointOp.Compare, PointOp.Select, PointOp.Cast, PointOp.Random {

    /** Name in listings and trap reports. */
    String label();

    /** True if a result may lie outside the operands' domain although the operands do not, so that rule T must be tested. */
    boolean mayTrap(TensorType result);

    /** Functions of one f32 operand. */
    enum UnaryKind {
        NEG(false),
        ABS(false),
        EXP(false),
        LOG(true),
        TANH(false),
        SIGMOID(false),
        SOFTPLUS(false),
        ERF(false),
        GELU(false),
        SILU(false),
        SIN(false),
        COS(false),
        SQRT(true),
        RSQRT(true),
        FLOOR(false),
        /** Rounds a value of domain W into domain D. */
        NARROW(true);

        final boolean mayTrap;

        UnaryKind(boolean mayTrap) {
            this.mayTrap = mayTrap;
        }

        /** True if defined on domain W (exact or correctly rounded operations); functions take D only. */
        boolean acceptsWide() {
            return switch (this) {
                case NEG, ABS, SQRT, NARROW -> true;
                case EXP, LOG, TANH, SIGMOID, SOFTPLUS, ERF, GELU, SILU, SIN, COS, RSQRT, FLOOR -> false;
            };
        }
    }

    /** Functions of two operands of one type. DIV and POW take f32 only; AND, OR, XOR integers only. */
    enum BinaryKind {
        ADD(true),
        SUB(true),
        MUL(true),
        DIV(true),
        MIN(false),
        MAX(false),
        POW(true),
        AND(false),
        OR(false),
        XOR(false);

        final boolean mayTrap;

        BinaryKind(boolean mayTrap) {
            this.mayTrap = mayTrap;
        }

        boolean accepts(TensorType t) {
            return switch (this) {
                case ADD, SUB, MUL, MIN, MAX -> true;
                case DIV -> t.element().isFloat();
                case POW -> t.element().isFloat() && t.domain() == Domain.D;
                case AND, OR, XOR -> !t.element().isFloat();
            };
        }
    }

    /** Comparisons; operands of one type, result i32 0 or 1. */
    enum CompareKind {
        LT,
        LE,
        EQ
    }

    enum RandomKind {
        /** [0, 1), multiples of 2^-24. */
        UNIFORM,
        /** (0, 1), never an end. */
        OPEN_UNIFORM,
        /** Standard normal. */
        NORMAL
    }

    record Unary(UnaryKind kind) implements PointOp {
        @Override
        public String label() {
            return Labels.of(kind);
        }

        @Override
        public boolean mayTrap(TensorType result) {
            return kind.mayTrap;
        }
    }

    record Binary(BinaryKind kind) implements PointOp {
        @Override
        public String label() {
            return Labels.of(kind);
        }

        @Override
        public boolean mayTrap(TensorType result) {
            return kind.mayTrap && result.element().isFloat();
        }
    }

    record Compare(CompareKind kind) implements PointOp {
        @Override
        public String label() {
            return Labels.of(kind);
        }

        @Override
        public boolean mayTrap(TensorType result) {
            return false;
        }
    }

    record Select() implements PointOp {
        @Override
        public String label() {
            return "select";
        }

        @Override
        public boolean mayTrap(TensorType result) {
            return false;
        }
    }

    /**
     * Changes the element type: i32 to f32 to nearest even, f32 to i32 towards zero and saturating, i32 and u32 by their bits.
     * f32 and u32 do not convert directly: go through i32.
     */
    record Cast(ElementType to) implements PointOp {
        @Override
        public String label() {
            return "cast";
        }

        @Override
        public boolean mayTrap(TensorType result) {
            return false;
        }
    }

    /**
     * Philox random number of each element; operands u32: element, step, seed low, seed high. Two draws with different
     * {@code tensor} or {@code purpose} are independent. See {@link loom.numeric.Philox}.
     */
    record Random(RandomKind kind, int tensor, int purpose) implements PointOp {
        @Override
        public String label() {
            return Labels.of(kind);
        }

        @Override
        public boolean mayTrap(TensorType result) {
            return false;
        }
    }
}
