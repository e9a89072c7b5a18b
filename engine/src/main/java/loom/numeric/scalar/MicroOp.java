package loom.numeric.scalar;

/**
 * Operations on one 32-bit lane, the common ground of the JVM, WebAssembly SIMD and WGSL. A lane is a bit pattern; F
 * operations read it as f32, I operations as a 32-bit integer. Every F operation rounds once, to nearest even; nothing is
 * fused. Comparisons give a mask: all ones or zero.
 */
public enum MicroOp {
    /** The input number {@code immediate}. */
    ARG(0),
    /** The bits {@code immediate}. */
    CONST(0),
    /** a + b. */
    FADD(2),
    /** a - b. */
    FSUB(2),
    /** a * b. */
    FMUL(2),
    /** a / b, correctly rounded. Machines without such a division use {@link ScalarCode#withSoftDivision}. */
    FDIV(2),
    /** The square root, correctly rounded; as FDIV. */
    FSQRT(1),
    /**
     * a / b for operands in [1/2, 4] and a quotient in [1/4, 4], wrong by at most 16 units of the last place of the
     * quotient: any hardware division.
     */
    FDIV_EST(2),
    /** The square root of a in [1, 4), wrong by at most 16 units of the last place of the root: any hardware root. */
    FSQRT_EST(1),
    /** The largest integer not above a; the sign of a zero result is not defined. */
    FFLOOR(1),
    /** The smallest integer not below a; the sign of a zero result is not defined. */
    FCEIL(1),
    /** Signed integer to f32, nearest even. */
    I2F(1),
    /** f32 to signed integer, cut off towards zero, saturating, NaN gives 0. */
    F2I(1),
    /** a &lt; b. */
    FLT(2),
    /** a &le; b. */
    FLE(2),
    /** a = b, where -0 = +0. */
    FEQ(2),
    /** a + b modulo 2^32. */
    IADD(2),
    /** a - b modulo 2^32. */
    ISUB(2),
    /** a * b modulo 2^32. */
    IMUL(2),
    /** The upper 32 bits of the unsigned product. */
    IMULHI_U(2),
    AND(2),
    OR(2),
    XOR(2),
    /** a shifted left by {@code immediate}, 0 to 31. */
    SHL(1),
    /** a shifted right by {@code immediate}, zeros coming in. */
    SHR_U(1),
    /** a shifted right by {@code immediate}, copies of the sign coming in. */
    SHR_S(1),
    /** Signed a &lt; b. */
    ILT_S(2),
    /** Unsigned a &lt; b. */
    ILT_U(2),
    /** a = b. */
    IEQ(2),
    /** b where the mask a is all ones, c where it is zero. */
    SELECT(3),
    /** The function {@link ScalarCode#function} of the operands; their number is its arity. */
    CALL(-1);

    private final int operands;

    MicroOp(int operands) {
        this.operands = operands;
    }

    /** Number of operands, or -1 for CALL. */
    public int operands() {
        return operands;
    }
}
