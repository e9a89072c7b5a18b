package loom.numeric.scalar;

import java.util.List;

/**
 * The functions that lane code may call; each has one result. Except for the two soft ones they take and give values
 * rounded into their domain and are {@link loom.numeric.F32}'s functions of the same names, bit for bit.
 */
public enum ScalarFunction {
    EXP(1),
    LOG(1),
    TANH(1),
    SIGMOID(1),
    SOFTPLUS(1),
    ERF(1),
    GELU(1),
    SILU(1),
    SIN(1),
    COS(1),
    SQRT(1),
    RSQRT(1),
    /** Quotient in domain D. */
    DIV(2),
    /** Quotient in domain W. */
    DIV_W(2),
    RECIPROCAL(1),
    POW(2),
    FLOOR(1),
    CEIL(1),
    ROUND(1),
    /**
     * FDIV from an estimate and an exact integer remainder. Operands are +0 or normal, the divisor is not zero.
     * Quotients below 2^-126 give 0, above the f32 range infinity.
     */
    DIV_SOFT(2),
    /** FSQRT from an estimate and an exact integer remainder. The operand is +0 or positive and normal. */
    SQRT_SOFT(1),
    /** A word of a Philox block: key low, key high, four counters, and the index of the word (low two bits). */
    PHILOX(7),
    /** {@link loom.numeric.Philox#uniform} of a word. */
    UNIFORM(1),
    /** {@link loom.numeric.Philox#openUniform} of a word. */
    OPEN_UNIFORM(1),
    /** Standard normal of a radius word, an angle word and the element, of which only the parity matters. */
    NORMAL(3);

    private static final List<ScalarFunction> ALL = List.of(values());
    private static final ScalarCode[] CODES = new ScalarCode[ALL.size()];

    private final int arity;

    ScalarFunction(int arity) {
        this.arity = arity;
    }

    static ScalarFunction of(int ordinal) {
        return ALL.get(ordinal);
    }

    public int arity() {
        return arity;
    }

    /** The function's body: {@link #arity} inputs, one output. */
    public ScalarCode code() {
        ScalarCode code = CODES[ordinal()];
        if (code == null) {
            ScalarBuilder b = new ScalarBuilder(arity);
            code = b.build(body(b));
            CODES[ordinal()] = code;
        }
        return code;
    }

    private int body(ScalarBuilder b) {
        int x = b.arg(0);
        return switch (this) {
            case EXP -> ExponentialCode.exp(b, x);
            case LOG -> ExponentialCode.log(b, x);
            case TANH -> ExponentialCode.tanh(b, x);
            case SIGMOID -> b.roundD(ExponentialCode.logistic(b, x));
            case SOFTPLUS -> ExponentialCode.softplus(b, x);
            case ERF -> NormalCode.erf(b, x);
            case GELU -> NormalCode.gelu(b, x);
            case SILU -> ExponentialCode.silu(b, x);
            case SIN -> TrigonometryCode.sin(b, x);
            case COS -> TrigonometryCode.cos(b, x);
            case SQRT -> ArithmeticCode.sqrt(b, x);
            case RSQRT -> ArithmeticCode.rsqrt(b, x);
            case DIV -> b.roundD(ArithmeticCode.div(b, x, b.arg(1)));
            case DIV_W -> b.roundW(ArithmeticCode.div(b, x, b.arg(1)));
            case RECIPROCAL -> b.roundD(ArithmeticCode.div(b, b.constF(1f), x));
            case POW -> PowerCode.pow(b, x, b.arg(1));
            case FLOOR -> b.canonicalZero(b.ffloor(x));
            case CEIL -> b.canonicalZero(b.fceil(x));
            case ROUND -> ArithmeticCode.round(b, x);
            case DIV_SOFT -> ArithmeticCode.divSoft(b, x, b.arg(1));
            case SQRT_SOFT -> ArithmeticCode.sqrtSoft(b, x);
            case PHILOX -> RandomCode.word(b);
            case UNIFORM -> RandomCode.uniform(b, x);
            case OPEN_UNIFORM -> RandomCode.openUniform(b, x);
            case NORMAL -> RandomCode.normal(b);
        };
    }
}
