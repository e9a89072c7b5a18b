package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.numeric.scalar.MicroOp;
import loom.numeric.scalar.ScalarBuilder;
import loom.numeric.scalar.ScalarCode;

/**
 * Emits lane code as SIMD instructions, four lanes at once. Every value has a level: the innermost loop that one of its arguments
 * varies in, and is computed there: once per trip of its own loop.
 *
 * <p>Several vectors of the innermost level can be computed side by side, see {@link #computeSideBySide}.
 */
final class LaneEmitter {
    /** Pushes an argument of the code as a vector. */
    interface Arguments {
        /** @param vector which of those side by side */
        void push(int argument, int vector);

        /** Level of an argument: 0 outside all loops. */
        int level(int argument);
    }

    /** Arguments of which each is another one in every trip of one loop. */
    interface Inner extends Arguments {
        @Override
        default int level(int argument) {
            return 1;
        }
    }

    private final FunctionBuilder f;
    private final ScalarCode code;
    private final Arguments arguments;
    private final int[] level;
    private final int[] uses;
    private final boolean[] usedInside;
    /** Locals of each vector's values, or −1. */
    private final int[][] local;

    LaneEmitter(FunctionBuilder f, ScalarCode code, Arguments arguments) {
        this(f, code, arguments, 1);
    }

    /** @param vectors how many can be computed side by side */
    LaneEmitter(FunctionBuilder f, ScalarCode code, Arguments arguments, int vectors) {
        this.f = f;
        this.code = inlined(code);
        this.arguments = arguments;
        int n = this.code.size();
        level = new int[n];
        uses = new int[n];
        usedInside = new boolean[n];
        local = new int[vectors][n];
        for (int[] l : local) {
            Arrays.fill(l, -1);
        }
        analyse();
    }

    /** Calls of functions in place: kernels stay free of calls, and common parts are found across them. */
    static ScalarCode inlined(ScalarCode code) {
        boolean calls = false;
        for (int i = 0; i < code.size(); i++) {
            calls |= code.op(i) == MicroOp.CALL;
        }
        if (!calls) {
            return code;
        }
        ScalarBuilder b = new ScalarBuilder(code.inputs());
        int[] arguments = new int[code.inputs()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = b.arg(i);
        }
        return b.build(b.inline(code, arguments, true));
    }

    private void analyse() {
        for (int i = 0; i < level.length; i++) {
            if (code.op(i) == MicroOp.ARG) {
                level[i] = arguments.level(code.immediate(i));
            }
            for (int j = 0; j < code.operandCount(i); j++) {
                level[i] = Math.max(level[i], level[code.operand(i, j)]);
            }
        }
        for (int i = 0; i < level.length; i++) {
            for (int j = 0; j < code.operandCount(i); j++) {
                use(code.operand(i, j), level[i]);
            }
        }
        for (int j = 0; j < code.outputs(); j++) {
            use(code.output(j), Integer.MAX_VALUE);
        }
    }

    private void use(int value, int byLevel) {
        uses[value]++;
        usedInside[value] |= byLevel > level[value];
    }

    /** Number of instructions of a code once its calls are in place. */
    static int length(ScalarCode code) {
        ScalarCode c = inlined(code);
        int n = 0;
        for (int i = 0; i < c.size(); i++) {
            n += c.op(i) == MicroOp.CONST || c.op(i) == MicroOp.ARG ? 0 : 1;
        }
        return n;
    }

    /** Computes what has this level and several users, or users further inside; to be called once in each loop, outermost first. */
    void compute(int atLevel) {
        for (int i = 0; i < level.length; i++) {
            if (level[i] == atLevel && (uses[i] > 1 || usedInside[i])) {
                define(i, 0);
            }
        }
    }

    /**
     * Computes everything of the innermost level for the first {@code vectors} vectors. Functions are long chains of instructions, each
     * waiting for the one before, and processors look ahead about one vector; so an instruction is emitted for all vectors before
     * the next one is, and chains that meet late run side by side, too: what is needed first comes first.
     */
    void computeSideBySide(int atLevel, int vectors) {
        int[] deadline = deadlines(atLevel);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < level.length; i++) {
            if (level[i] == atLevel && code.op(i) != MicroOp.CONST) {
                order.add(i);
            }
        }
        order.sort((a, b) -> Integer.compare(deadline[a], deadline[b]));
        for (int i : order) {
            for (int v = 0; v < vectors; v++) {
                define(i, v);
            }
        }
    }

    /** Minus the number of cycles from the beginning of each instruction to the end of the code. */
    private int[] deadlines(int atLevel) {
        int[] deadline = new int[level.length];
        for (int i = level.length - 1; i >= 0; i--) {
            deadline[i] -= level[i] == atLevel ? cycles(code.op(i)) : 0;
            for (int j = 0; j < code.operandCount(i); j++) {
                int operand = code.operand(i, j);
                deadline[operand] = Math.min(deadline[operand], deadline[i]);
            }
        }
        return deadline;
    }

    /** About as many as on present processors. */
    private static int cycles(MicroOp op) {
        return switch (op) {
            case ARG, CONST -> 0;
            case FADD, FSUB, FMUL, I2F, F2I, IMUL, IMULHI_U -> 3;
            case FDIV, FDIV_EST, FSQRT, FSQRT_EST -> 10;
            case FFLOOR, FCEIL, FLT, FLE, FEQ, IADD, ISUB, AND, OR, XOR, SHL, SHR_U, SHR_S, ILT_S, ILT_U, IEQ, SELECT ->
                1;
            case CALL -> throw new IllegalStateException("a call was not inlined");
        };
    }

    void pushOutput(int output) {
        pushOutput(output, 0);
    }

    void pushOutput(int output, int vector) {
        push(code.output(output), vector);
    }

    private void define(int value, int vector) {
        if (local[vector][value] < 0) {
            local[vector][value] = f.v128Local();
        }
        emit(value, vector);
        f.set(local[vector][value]);
    }

    /** A value with one user is computed where it is used; any other was defined before, outside the innermost level once for all vectors. */
    private void push(int value, int vector) {
        if (local[vector][value] >= 0) {
            f.get(local[vector][value]);
        } else if (local[0][value] >= 0) {
            f.get(local[0][value]);
        } else {
            emit(value, vector);
        }
    }

    private void emit(int i, int v) {
        MicroOp op = code.op(i);
        switch (op) {
            case ARG -> arguments.push(code.immediate(i), v);
            case CONST -> f.splat(code.immediate(i));
            case FADD -> binary(i, v, F32X4_ADD);
            case FSUB -> binary(i, v, F32X4_SUB);
            case FMUL -> binary(i, v, F32X4_MUL);
            case FDIV, FDIV_EST -> binary(i, v, F32X4_DIV);
            case FSQRT, FSQRT_EST -> unary(i, v, F32X4_SQRT);
            case FFLOOR -> unary(i, v, F32X4_FLOOR);
            case FCEIL -> unary(i, v, F32X4_CEIL);
            case I2F -> unary(i, v, F32X4_CONVERT_S);
            case F2I -> unary(i, v, I32X4_TRUNC_SAT_S);
            case FLT -> binary(i, v, F32X4_LT);
            case FLE -> binary(i, v, F32X4_LE);
            case FEQ -> binary(i, v, F32X4_EQ);
            case IADD -> binary(i, v, I32X4_ADD);
            case ISUB -> binary(i, v, I32X4_SUB);
            case IMUL -> binary(i, v, I32X4_MUL);
            case IMULHI_U -> {
                binary(i, v, I64X2_EXTMUL_LOW_U);
                binary(i, v, I64X2_EXTMUL_HIGH_U);
                f.shuffle(1, 3, 5, 7);
            }
            case AND -> binary(i, v, V128_AND);
            case OR -> binary(i, v, V128_OR);
            case XOR -> binary(i, v, V128_XOR);
            case SHL -> shift(i, v, I32X4_SHL);
            case SHR_U -> shift(i, v, I32X4_SHR_U);
            case SHR_S -> shift(i, v, I32X4_SHR_S);
            case ILT_S -> binary(i, v, I32X4_LT_S);
            case ILT_U -> binary(i, v, I32X4_LT_U);
            case IEQ -> binary(i, v, I32X4_EQ);
            case SELECT -> select(i, v);
            case CALL -> throw new IllegalStateException("a call was not inlined");
        }
    }

    /** A choice between the two sides of its own comparison is one instruction. */
    private void select(int i, int v) {
        int mask = code.operand(i, 0);
        int x = code.operand(i, 1);
        int y = code.operand(i, 2);
        if (code.op(mask) == MicroOp.FLT && code.operand(mask, 0) == x && code.operand(mask, 1) == y) {
            push(y, v);
            push(x, v);
            f.op(F32X4_PMIN);
        } else if (code.op(mask) == MicroOp.FLT && code.operand(mask, 0) == y && code.operand(mask, 1) == x) {
            push(y, v);
            push(x, v);
            f.op(F32X4_PMAX);
        } else {
            push(x, v);
            push(y, v);
            push(mask, v);
            f.op(V128_BITSELECT);
        }
    }

    private void unary(int i, int v, int opcode) {
        push(code.operand(i, 0), v);
        f.op(opcode);
    }

    private void binary(int i, int v, int opcode) {
        push(code.operand(i, 0), v);
        push(code.operand(i, 1), v);
        f.op(opcode);
    }

    private void shift(int i, int v, int opcode) {
        push(code.operand(i, 0), v);
        f.i32(code.immediate(i)).op(opcode);
    }
}
