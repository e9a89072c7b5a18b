package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.numeric.scalar.MicroOp;
import loom.numeric.scalar.ScalarBuilder;
import loom.numeric.scalar.ScalarCode;

/**
 * Emits lane code as SIMD instructions, four lanes at once. Every value has a level: the innermost loop that one of its arguments
 * varies in, and is computed there: once per trip of its own loop.
 */
final class LaneEmitter {
    /** Pushes an argument of the code as a vector. */
    interface Arguments {
        void push(int argument);

        /** Level of an argument: 0 outside all loops. */
        int level(int argument);
    }

    private final FunctionBuilder f;
    private final ScalarCode code;
    private final Arguments arguments;
    private final int[] level;
    private final int[] uses;
    private final boolean[] usedInside;
    private final int[] local;

    LaneEmitter(FunctionBuilder f, ScalarCode code, Arguments arguments) {
        this.f = f;
        this.code = inlined(code);
        this.arguments = arguments;
        int n = this.code.size();
        level = new int[n];
        uses = new int[n];
        usedInside = new boolean[n];
        local = new int[n];
        analyse();
    }

    /** Calls of functions in place: kernels stay free of calls, and common parts are found across them. */
    private static ScalarCode inlined(ScalarCode code) {
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
            local[i] = -1;
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

    /** Computes what has this level and several users, or users further inside; to be called once in each loop, outermost first. */
    void compute(int atLevel) {
        for (int i = 0; i < level.length; i++) {
            if (level[i] == atLevel && (uses[i] > 1 || usedInside[i])) {
                define(i);
            }
        }
    }

    void pushOutput(int output) {
        f.get(local[code.output(output)]);
    }

    private void define(int value) {
        if (local[value] < 0) {
            local[value] = f.v128Local();
        }
        emit(value);
        f.set(local[value]);
    }

    /** A value with one user is computed where it is used; any other was defined before. */
    private void push(int value) {
        if (local[value] >= 0) {
            f.get(local[value]);
        } else {
            emit(value);
        }
    }

    private void emit(int i) {
        MicroOp op = code.op(i);
        switch (op) {
            case ARG -> arguments.push(code.immediate(i));
            case CONST -> f.splat(code.immediate(i));
            case FADD -> binary(i, F32X4_ADD);
            case FSUB -> binary(i, F32X4_SUB);
            case FMUL -> binary(i, F32X4_MUL);
            case FDIV, FDIV_EST -> binary(i, F32X4_DIV);
            case FSQRT, FSQRT_EST -> unary(i, F32X4_SQRT);
            case FFLOOR -> unary(i, F32X4_FLOOR);
            case FCEIL -> unary(i, F32X4_CEIL);
            case I2F -> unary(i, F32X4_CONVERT_S);
            case F2I -> unary(i, I32X4_TRUNC_SAT_S);
            case FLT -> binary(i, F32X4_LT);
            case FLE -> binary(i, F32X4_LE);
            case FEQ -> binary(i, F32X4_EQ);
            case IADD -> binary(i, I32X4_ADD);
            case ISUB -> binary(i, I32X4_SUB);
            case IMUL -> binary(i, I32X4_MUL);
            case IMULHI_U -> {
                binary(i, I64X2_EXTMUL_LOW_U);
                binary(i, I64X2_EXTMUL_HIGH_U);
                f.shuffle(1, 3, 5, 7);
            }
            case AND -> binary(i, V128_AND);
            case OR -> binary(i, V128_OR);
            case XOR -> binary(i, V128_XOR);
            case SHL -> shift(i, I32X4_SHL);
            case SHR_U -> shift(i, I32X4_SHR_U);
            case SHR_S -> shift(i, I32X4_SHR_S);
            case ILT_S -> binary(i, I32X4_LT_S);
            case ILT_U -> binary(i, I32X4_LT_U);
            case IEQ -> binary(i, I32X4_EQ);
            case SELECT -> select(i);
            case CALL -> throw new IllegalStateException("a call was not inlined");
        }
    }

    /** A choice between the two sides of its own comparison is one instruction. */
    private void select(int i) {
        int mask = code.operand(i, 0);
        int x = code.operand(i, 1);
        int y = code.operand(i, 2);
        if (code.op(mask) == MicroOp.FLT && code.operand(mask, 0) == x && code.operand(mask, 1) == y) {
            push(y);
            push(x);
            f.op(F32X4_PMIN);
        } else if (code.op(mask) == MicroOp.FLT && code.operand(mask, 0) == y && code.operand(mask, 1) == x) {
            push(y);
            push(x);
            f.op(F32X4_PMAX);
        } else {
            push(x);
            push(y);
            push(mask);
            f.op(V128_BITSELECT);
        }
    }

    private void unary(int i, int opcode) {
        push(code.operand(i, 0));
        f.op(opcode);
    }

    private void binary(int i, int opcode) {
        push(code.operand(i, 0));
        push(code.operand(i, 1));
        f.op(opcode);
    }

    private void shift(int i, int opcode) {
        push(code.operand(i, 0));
        f.i32(code.immediate(i)).op(opcode);
    }
}
