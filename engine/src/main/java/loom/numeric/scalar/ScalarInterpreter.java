package loom.numeric.scalar;

/**
 * Runs a {@link ScalarCode} on the JVM, block by block over arrays of lanes. It executes exactly the listed operations
 * and so shows what a generated kernel must compute.
 */
public final class ScalarInterpreter {
    private static final int BLOCK = 256;

    /** What FDIV_EST and FSQRT_EST give instead of the correctly rounded result. */
    @FunctionalInterface
    public interface Estimate {
        /** The hardware's estimate, given the correctly rounded result. */
        int of(int exactBits);
    }

    private final Estimate estimate;

    /** An interpreter whose estimates are exact. */
    public ScalarInterpreter() {
        this(bits -> bits);
    }

    public ScalarInterpreter(Estimate estimate) {
        this.estimate = estimate;
    }

    /** The single result for one lane of each argument. */
    public int run(ScalarCode code, int... arguments) {
        int[][] inputs = new int[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            inputs[i] = new int[] {arguments[i]};
        }
        return run(code, inputs)[0][0];
    }

    /** All results, as [output][lane], of arguments given as [input][lane]. A code without inputs runs on one lane. */
    public int[][] run(ScalarCode code, int[][] inputs) {
        if (inputs.length != code.inputs()) {
            throw new IllegalArgumentException("code takes " + code.inputs() + " inputs, not " + inputs.length);
        }
        int lanes = inputs.length == 0 ? 1 : inputs[0].length;
        int[][] outputs = new int[code.outputs()][lanes];
        int[][] values = new int[code.size()][Math.min(BLOCK, lanes)];
        for (int start = 0; start < lanes; start += BLOCK) {
            int n = Math.min(BLOCK, lanes - start);
            for (int i = 0; i < code.size(); i++) {
                step(code, i, values, inputs, start, n);
            }
            for (int j = 0; j < outputs.length; j++) {
                System.arraycopy(values[code.output(j)], 0, outputs[j], start, n);
            }
        }
        return outputs;
    }

    private void step(ScalarCode code, int i, int[][] values, int[][] inputs, int start, int n) {
        int[] out = values[i];
        int operands = code.operandCount(i);
        int[] a = operands > 0 ? values[code.operand(i, 0)] : out;
        int[] b = operands > 1 ? values[code.operand(i, 1)] : out;
        int[] c = operands > 2 ? values[code.operand(i, 2)] : out;
        int immediate = code.immediate(i);
        MicroOp op = code.op(i);
        switch (op) {
            case ARG -> System.arraycopy(inputs[immediate], start, out, 0, n);
            case CONST -> {
                for (int l = 0; l < n; l++) {
                    out[l] = immediate;
                }
            }
            case CALL -> {
                int[][] arguments = new int[operands][n];
                for (int j = 0; j < operands; j++) {
                    System.arraycopy(values[code.operand(i, j)], 0, arguments[j], 0, n);
                }
                System.arraycopy(run(code.function(i).code(), arguments)[0], 0, out, 0, n);
            }
            case FADD, FSUB, FMUL, FDIV, FSQRT, FDIV_EST, FSQRT_EST, FFLOOR, FCEIL, I2F, F2I, FLT, FLE, FEQ -> {
                for (int l = 0; l < n; l++) {
                    out[l] = floating(op, a[l], b[l]);
                }
            }
            case IADD, ISUB, IMUL, IMULHI_U, AND, OR, XOR, SHL, SHR_U, SHR_S, ILT_S, ILT_U, IEQ, SELECT -> {
                for (int l = 0; l < n; l++) {
                    out[l] = integer(op, immediate, a[l], b[l], c[l]);
                }
            }
        }
    }

    private int floating(MicroOp op, int aBits, int bBits) {
        float a = Float.intBitsToFloat(aBits);
        float b = Float.intBitsToFloat(bBits);
        return switch (op) {
            case FADD -> bits(a + b);
            case FSUB -> bits(a - b);
            case FMUL -> bits(a * b);
            case FDIV -> bits(a / b);
            case FSQRT -> bits((float) Math.sqrt(a));
            case FDIV_EST -> estimate.of(bits(a / b));
            case FSQRT_EST -> estimate.of(bits((float) Math.sqrt(a)));
            case FFLOOR -> bits((float) Math.floor(a));
            case FCEIL -> bits((float) Math.ceil(a));
            case I2F -> bits((float) aBits);
            case F2I -> (int) a;
            case FLT -> mask(a < b);
            case FLE -> mask(a <= b);
            case FEQ -> mask(a == b);
            default -> throw new IllegalArgumentException(op + " is not an f32 operation");
        };
    }

    static int integer(MicroOp op, int immediate, int a, int b, int c) {
        return switch (op) {
            case IADD -> a + b;
            case ISUB -> a - b;
            case IMUL -> a * b;
            case IMULHI_U -> (int) ((a & 0xffffffffL) * (b & 0xffffffffL) >>> 32);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case SHL -> a << immediate;
            case SHR_U -> a >>> immediate;
            case SHR_S -> a >> immediate;
            case ILT_S -> mask(a < b);
            case ILT_U -> mask(a + 0x80000000 < b + 0x80000000);
            case IEQ -> mask(a == b);
            case SELECT -> a & b | ~a & c;
            default -> throw new IllegalArgumentException(op + " is not an integer operation");
        };
    }

    private static int mask(boolean condition) {
        return condition ? -1 : 0;
    }

    private static int bits(float x) {
        return Float.floatToRawIntBits(x);
    }
}
