package loom.numeric.scalar;

/**
 * A straight-line function of 32-bit lanes in static single assignment form. Instruction i defines value i; operands are
 * earlier values. Immutable; made by {@link ScalarBuilder}, which shares equal subexpressions and drops unused ones.
 * Every instruction may be executed unconditionally: there is no control flow and no operation that can fault.
 */
public final class ScalarCode {
    private final int inputs;
    private final MicroOp[] ops;
    private final int[][] operands;
    private final int[] immediates;
    private final int[] outputs;

    ScalarCode(int inputs, MicroOp[] ops, int[][] operands, int[] immediates, int[] outputs) {
        this.inputs = inputs;
        this.ops = ops;
        this.operands = operands;
        this.immediates = immediates;
        this.outputs = outputs;
    }

    /** Number of arguments. */
    public int inputs() {
        return inputs;
    }

    /** Number of instructions. */
    public int size() {
        return ops.length;
    }

    public MicroOp op(int i) {
        return ops[i];
    }

    public int operandCount(int i) {
        return operands[i].length;
    }

    /** The value that instruction i takes as its operand j. */
    public int operand(int i, int j) {
        return operands[i][j];
    }

    /** Bits of a CONST, number of an ARG, count of a shift; otherwise 0 or, for a CALL, the function's ordinal. */
    public int immediate(int i) {
        return immediates[i];
    }

    /** The function that the CALL i calls. */
    public ScalarFunction function(int i) {
        if (ops[i] != MicroOp.CALL) {
            throw new IllegalArgumentException("instruction " + i + " is " + ops[i] + ", not CALL");
        }
        return ScalarFunction.of(immediates[i]);
    }

    /** Number of results. */
    public int outputs() {
        return outputs.length;
    }

    /** The value that is result j. */
    public int output(int j) {
        return outputs[j];
    }

    /** The same function with the bodies of all called functions in place of the calls. */
    public ScalarCode inlined() {
        ScalarBuilder b = new ScalarBuilder(inputs);
        return b.build(b.inline(this, arguments(b), true));
    }

    /**
     * The same function for machines whose division and square root are only estimates: FDIV and FSQRT become calls of
     * {@link ScalarFunction#DIV_SOFT} and {@link ScalarFunction#SQRT_SOFT}. Called functions stay calls and need the
     * same treatment.
     */
    public ScalarCode withSoftDivision() {
        ScalarBuilder b = new ScalarBuilder(inputs).softDivision();
        return b.build(b.inline(this, arguments(b), false));
    }

    private int[] arguments(ScalarBuilder b) {
        int[] arguments = new int[inputs];
        for (int i = 0; i < inputs; i++) {
            arguments[i] = b.arg(i);
        }
        return arguments;
    }

    /** A listing, one instruction a line. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < ops.length; i++) {
            s.append('v').append(i).append(" = ").append(ops[i]);
            switch (ops[i]) {
                case CONST -> s.append(" 0x").append(Integer.toHexString(immediates[i]));
                case ARG, SHL, SHR_U, SHR_S -> s.append(' ').append(immediates[i]);
                case CALL -> s.append(' ').append(function(i));
                default -> {}
            }
            for (int v : operands[i]) {
                s.append(" v").append(v);
            }
            s.append('\n');
        }
        s.append("return");
        for (int v : outputs) {
            s.append(" v").append(v);
        }
        return s.append('\n').toString();
    }
}
