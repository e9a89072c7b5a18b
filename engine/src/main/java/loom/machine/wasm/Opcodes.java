package loom.machine.wasm;

/** Numbers of the WebAssembly instructions that the generators use. Those above 0xff belong to the SIMD page (prefix 0xfd). */
final class Opcodes {
    private static final int SIMD = 0x10000;

    static final int DROP = 0x1a;
    /** The first operand if the third, an i32, is not 0; else the second. */
    static final int SELECT = 0x1b;

    static final int I32_LOAD = 0x28;
    static final int I32_STORE = 0x36;
    static final int I32_EQZ = 0x45;
    static final int I32_EQ = 0x46;
    static final int I32_NE = 0x47;
    static final int I32_LT_S = 0x48;
    static final int RETURN = 0x0f;
    static final int I32_LT_U = 0x49;
    static final int I32_GT_S = 0x4a;
    static final int I32_LE_S = 0x4c;
    static final int I32_GE_S = 0x4e;
    static final int I32_ADD = 0x6a;
    static final int I32_SUB = 0x6b;
    static final int I32_MUL = 0x6c;
    static final int I32_DIV_U = 0x6e;
    static final int I32_REM_U = 0x70;
    static final int I32_AND = 0x71;
    static final int I32_OR = 0x72;
    static final int I32_SHL = 0x74;
    static final int I32_SHR_U = 0x76;

    static final int V128_LOAD = SIMD;
    /** Eight bytes as eight i16. */
    static final int V128_LOAD8X8_S = SIMD | 0x01;

    static final int V128_LOAD32_SPLAT = SIMD | 0x09;
    static final int V128_STORE = SIMD | 0x0b;
    static final int V128_CONST = SIMD | 0x0c;
    static final int I8X16_SHUFFLE = SIMD | 0x0d;
    static final int I32X4_SPLAT = SIMD | 0x11;
    static final int F32X4_SPLAT = SIMD | 0x13;
    static final int F32X4_EQ = SIMD | 0x41;
    static final int F32X4_LT = SIMD | 0x43;
    static final int F32X4_LE = SIMD | 0x45;
    static final int I32X4_EQ = SIMD | 0x37;
    static final int I32X4_LT_S = SIMD | 0x39;
    static final int I32X4_LT_U = SIMD | 0x3a;
    static final int V128_AND = SIMD | 0x4e;
    static final int V128_OR = SIMD | 0x50;
    static final int V128_XOR = SIMD | 0x51;
    static final int V128_BITSELECT = SIMD | 0x52;
    static final int V128_ANY_TRUE = SIMD | 0x53;
    static final int V128_LOAD32_LANE = SIMD | 0x56;
    static final int V128_STORE16_LANE = SIMD | 0x59;
    static final int V128_STORE32_LANE = SIMD | 0x5a;
    static final int I8X16_NARROW_I16X8_S = SIMD | 0x65;
    static final int F32X4_CEIL = SIMD | 0x67;
    static final int F32X4_FLOOR = SIMD | 0x68;
    static final int I16X8_NARROW_I32X4_S = SIMD | 0x85;
    static final int I16X8_SHL = SIMD | 0x8b;
    static final int I32X4_SHL = SIMD | 0xab;
    static final int I32X4_SHR_S = SIMD | 0xac;
    static final int I32X4_SHR_U = SIMD | 0xad;
    static final int I32X4_ADD = SIMD | 0xae;
    static final int I32X4_SUB = SIMD | 0xb1;
    static final int I32X4_MUL = SIMD | 0xb5;
    static final int I32X4_MIN_S = SIMD | 0xb6;
    static final int I32X4_MIN_U = SIMD | 0xb7;
    static final int I32X4_MAX_S = SIMD | 0xb8;
    static final int I32X4_MAX_U = SIMD | 0xb9;
    /** Each two neighbouring products of i16 added up. */
    static final int I32X4_DOT_I16X8_S = SIMD | 0xba;

    static final int I64X2_EXTMUL_LOW_U = SIMD | 0xde;
    static final int I64X2_EXTMUL_HIGH_U = SIMD | 0xdf;
    static final int F32X4_SQRT = SIMD | 0xe3;
    static final int F32X4_ADD = SIMD | 0xe4;
    static final int F32X4_SUB = SIMD | 0xe5;
    static final int F32X4_MUL = SIMD | 0xe6;
    static final int F32X4_DIV = SIMD | 0xe7;
    /** b &lt; a ? b : a. */
    static final int F32X4_PMIN = SIMD | 0xea;
    /** a &lt; b ? b : a. */
    static final int F32X4_PMAX = SIMD | 0xeb;

    static final int I32X4_TRUNC_SAT_S = SIMD | 0xf8;
    static final int F32X4_CONVERT_S = SIMD | 0xfa;

    private Opcodes() {}

    static boolean isSimd(int opcode) {
        return (opcode & SIMD) != 0;
    }

    static int number(int opcode) {
        return opcode & ~SIMD;
    }
}
