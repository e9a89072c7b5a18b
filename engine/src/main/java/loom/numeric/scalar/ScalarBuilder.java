package loom.numeric.scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loom.numeric.Domain;

/**
 * Builds a {@link ScalarCode}. Values are the ints that the methods return. Equal instructions are made once, integer
 * operations on constants are computed here, and what no result needs is left out.
 */
public final class ScalarBuilder {
    private static final int SIGN = 0x80000000;
    private static final int MAGNITUDE = 0x7fffffff;

    private record Instruction(MicroOp op, int[] operands, int immediate) {}

    private final int inputs;
    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> known = new TreeMap<>();
    private boolean softDivision;

    public ScalarBuilder(int inputs) {
        this.inputs = inputs;
    }

    /** From here on, fdiv and fsqrt call the soft versions. */
    ScalarBuilder softDivision() {
        softDivision = true;
        return this;
    }

    // ---- leaves ----

    public int arg(int i) {
        if (i < 0 || i >= inputs) {
            throw new IllegalArgumentException("argument " + i + " of a function of " + inputs);
        }
        return add(MicroOp.ARG, i);
    }

    /** A constant given by its bits. */
    public int constBits(int bits) {
        return add(MicroOp.CONST, bits);
    }

    /** An f32 constant. */
    public int constF(float value) {
        return constBits(Float.floatToRawIntBits(value));
    }

    // ---- f32 ----

    public int fadd(int a, int b) {
        return add(MicroOp.FADD, 0, a, b);
    }

    public int fsub(int a, int b) {
        return add(MicroOp.FSUB, 0, a, b);
    }

    public int fmul(int a, int b) {
        return add(MicroOp.FMUL, 0, a, b);
    }

    public int fdiv(int a, int b) {
        return softDivision ? call(ScalarFunction.DIV_SOFT, a, b) : add(MicroOp.FDIV, 0, a, b);
    }

    public int fsqrt(int a) {
        return softDivision ? call(ScalarFunction.SQRT_SOFT, a) : add(MicroOp.FSQRT, 0, a);
    }

    public int fdivEstimate(int a, int b) {
        return add(MicroOp.FDIV_EST, 0, a, b);
    }

    public int fsqrtEstimate(int a) {
        return add(MicroOp.FSQRT_EST, 0, a);
    }

    public int ffloor(int a) {
        return add(MicroOp.FFLOOR, 0, a);
    }

    public int fceil(int a) {
        return add(MicroOp.FCEIL, 0, a);
    }

    public int i2f(int a) {
        return add(MicroOp.I2F, 0, a);
    }

    public int f2i(int a) {
        return add(MicroOp.F2I, 0, a);
    }

    public int flt(int a, int b) {
        return add(MicroOp.FLT, 0, a, b);
    }

    public int fle(int a, int b) {
        return add(MicroOp.FLE, 0, a, b);
    }

    public int feq(int a, int b) {
        return add(MicroOp.FEQ, 0, a, b);
    }

    // ---- integers ----

    public int iadd(int a, int b) {
        return add(MicroOp.IADD, 0, a, b);
    }

    public int isub(int a, int b) {
        return add(MicroOp.ISUB, 0, a, b);
    }

    public int imul(int a, int b) {
        return add(MicroOp.IMUL, 0, a, b);
    }

    public int imulhiU(int a, int b) {
        return add(MicroOp.IMULHI_U, 0, a, b);
    }

    public int and(int a, int b) {
        return add(MicroOp.AND, 0, a, b);
    }

    public int or(int a, int b) {
        return add(MicroOp.OR, 0, a, b);
    }

    public int xor(int a, int b) {
        return add(MicroOp.XOR, 0, a, b);
    }

    public int shl(int a, int count) {
        return add(MicroOp.SHL, count, a);
    }

    public int shrU(int a, int count) {
        return add(MicroOp.SHR_U, count, a);
    }

    public int shrS(int a, int count) {
        return add(MicroOp.SHR_S, count, a);
    }

    public int iltS(int a, int b) {
        return add(MicroOp.ILT_S, 0, a, b);
    }

    public int iltU(int a, int b) {
        return add(MicroOp.ILT_U, 0, a, b);
    }

    public int ieq(int a, int b) {
        return add(MicroOp.IEQ, 0, a, b);
    }

    /** a where the mask is all ones, b where it is zero. */
    public int select(int mask, int a, int b) {
        return add(MicroOp.SELECT, 0, mask, a, b);
    }

    /** The single result of a function. */
    public int call(ScalarFunction function, int... operands) {
        if (operands.length != function.arity()) {
            throw new IllegalArgumentException(
                    function + " takes " + function.arity() + " arguments, not " + operands.length);
        }
        return add(MicroOp.CALL, function.ordinal(), operands);
    }

    // ---- combinations ----

    /** |a|. */
    public int fabs(int a) {
        return and(a, constBits(MAGNITUDE));
    }

    /** a with its sign bit flipped: may give -0. */
    public int flip(int a) {
        return xor(a, constBits(SIGN));
    }

    /** b < a ? b : a, f32. */
    public int fmin(int a, int b) {
        return select(flt(b, a), b, a);
    }

    /** a < b ? b : a, f32. */
    public int fmax(int a, int b) {
        return select(flt(a, b), b, a);
    }

    public int not(int mask) {
        return xor(mask, constBits(-1));
    }

    /** Horner's rule, highest power first. */
    public int horner(int x, float[] coefficients) {
        int p = constF(coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) {
            p = fadd(fmul(p, x), constF(coefficients[i]));
        }
        return p;
    }

    /** a, or +0 where a is -0. */
    public int canonicalZero(int a) {
        return select(feq(a, constF(0f)), constF(0f), a);
    }

    /** Rule D: see {@link Domain#roundD}. */
    public int roundD(int a) {
        int magnitude = fabs(a);
        int grid = or(and(a, constBits(SIGN)), constBits(Domain.D_GRID_BITS));
        // Where there is nothing to round, +0 goes and comes; a choice between two values would be three instructions.
        int c = and(iltS(magnitude, constBits(Domain.D_GRID_BITS)), grid);
        return fsub(fadd(a, c), c);
    }

    /** Rule W: see {@link Domain#roundW}. */
    public int roundW(int a) {
        return select(iltS(fabs(a), constBits(Domain.W_SMALLEST_BITS)), constF(0f), a);
    }

    /** The rounding rule of a domain. */
    public int round(Domain domain, int a) {
        return switch (domain) {
            case D -> roundD(a);
            case W -> roundW(a);
        };
    }

    /** Rule T of domain D: all ones where |a| > 2^50 or a is not a number. */
    public int trapMask(int a) {
        return trapMask(Domain.D, a);
    }

    /** Rule T of a domain. */
    public int trapMask(Domain domain, int a) {
        return iltS(constBits(domain.limitBits()), fabs(a));
    }

    // ---- whole codes ----

    /**
     * Adds another code's instructions, its inputs being the given values.
     *
     * @param deep whether called functions are added in place of their calls
     * @return the values of its outputs
     */
    public int[] inline(ScalarCode code, int[] arguments, boolean deep) {
        int[] values = new int[code.size()];
        for (int i = 0; i < code.size(); i++) {
            int[] operands = new int[code.operandCount(i)];
            for (int j = 0; j < operands.length; j++) {
                operands[j] = values[code.operand(i, j)];
            }
            values[i] = switch (code.op(i)) {
                case ARG -> arguments[code.immediate(i)];
                case CALL ->
                    deep ? inline(code.function(i).code(), operands, true)[0] : call(code.function(i), operands);
                case FDIV -> fdiv(operands[0], operands[1]);
                case FSQRT -> fsqrt(operands[0]);
                default -> add(code.op(i), code.immediate(i), operands);
            };
        }
        int[] outputs = new int[code.outputs()];
        for (int j = 0; j < outputs.length; j++) {
            outputs[j] = values[code.output(j)];
        }
        return outputs;
    }

    /** The code that computes these values. The builder may go on being used. */
    public ScalarCode build(int... outputs) {
        int n = instructions.size();
        boolean[] used = new boolean[n];
        for (int v : outputs) {
            used[v] = true;
        }
        int count = 0;
        for (int i = n - 1; i >= 0; i--) {
            if (used[i]) {
                count++;
                for (int v : instructions.get(i).operands()) {
                    used[v] = true;
                }
            }
        }
        MicroOp[] ops = new MicroOp[count];
        int[][] operands = new int[count][];
        int[] immediates = new int[count];
        int[] renamed = new int[n];
        int at = 0;
        for (int i = 0; i < n; i++) {
            if (used[i]) {
                Instruction instruction = instructions.get(i);
                ops[at] = instruction.op();
                operands[at] = rename(instruction.operands(), renamed);
                immediates[at] = instruction.immediate();
                renamed[i] = at++;
            }
        }
        return new ScalarCode(inputs, ops, operands, immediates, rename(outputs, renamed));
    }

    private static int[] rename(int[] values, int[] renamed) {
        int[] result = new int[values.length];
        for (int j = 0; j < values.length; j++) {
            result[j] = renamed[values[j]];
        }
        return result;
    }

    private int add(MicroOp op, int immediate, int... operands) {
        Instruction instruction = new Instruction(op, operands, immediate);
        if (operands.length > 0 && isInteger(op) && allConstant(operands)) {
            return constBits(fold(instruction));
        }
        StringBuilder key = new StringBuilder();
        key.append(op.ordinal()).append(':').append(immediate);
        for (int v : operands) {
            key.append(',').append(v);
        }
        Integer same = known.get(key.toString());
        if (same != null) {
            return same;
        }
        instructions.add(instruction);
        known.put(key.toString(), instructions.size() - 1);
        return instructions.size() - 1;
    }

    private boolean allConstant(int[] operands) {
        for (int v : operands) {
            if (instructions.get(v).op() != MicroOp.CONST) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInteger(MicroOp op) {
        return op.compareTo(MicroOp.IADD) >= 0 && op != MicroOp.CALL;
    }

    private int fold(Instruction instruction) {
        int[] v = new int[3];
        for (int j = 0; j < instruction.operands().length; j++) {
            v[j] = instructions.get(instruction.operands()[j]).immediate();
        }
        return ScalarInterpreter.integer(instruction.op(), instruction.immediate(), v[0], v[1], v[2]);
    }
}
