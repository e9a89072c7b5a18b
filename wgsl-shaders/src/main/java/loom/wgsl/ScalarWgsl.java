package loom.wgsl;

import java.util.LinkedHashMap;
import loom.numeric.scalar.ScalarCode;
import loom.numeric.scalar.ScalarFunction;

/**
 * Lane code as WGSL. Every value is a u32; f32 operations take and give its bits.
 *
 * <p>Shader compilers fuse {@code a*b+c} and simplify sums, and WGSL has no way to forbid it. So z, a zero that comes from
 * a uniform buffer, is added to the bits of every product and sum: an operand the compiler cannot know stands between any
 * two f32 operations. Division and square root of WGSL are only estimates; the exact ones are lane code themselves.
 */
final class ScalarWgsl {
    /** Saturating conversion: outside the i32 range WGSL's own leaves room. */
    private static final String TO_INT = """
            fn to_int(x: u32) -> u32 {
                let f = bitcast<f32>(x);
                let inside = bitcast<u32>(i32(clamp(f, -2147483648.0, 2147483520.0)));
                return select(inside, 0x7fffffffu, f >= 2147483648.0);
            }
            """;

    private static final String MUL_HIGH = """
            fn mul_high(x: u32, y: u32) -> u32 {
                let a = x & 0xffffu;
                let b = x >> 16u;
                let c = y & 0xffffu;
                let d = y >> 16u;
                let low = a * d + ((a * c) >> 16u);
                let high = b * c + (low & 0xffffu);
                return b * d + (low >> 16u) + (high >> 16u);
            }
            """;

    private final LinkedHashMap<String, String> functions = new LinkedHashMap<>();

    /** The functions that the code emitted so far needs, before their users. */
    String functions() {
        StringBuilder text = new StringBuilder();
        functions.values().forEach(text::append);
        return text.toString();
    }

    /** Makes lane code of one result a WGSL function; its arguments and result are u32. */
    void function(String name, ScalarCode code) {
        if (functions.containsKey(name)) {
            return;
        }
        StringBuilder text = new StringBuilder("fn ").append(name).append('(');
        String[] arguments = new String[code.inputs()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = "a" + i;
            text.append(i == 0 ? "" : ", ").append(arguments[i]).append(": u32");
        }
        text.append(") -> u32 {\n    let z = u.z;\n");
        String[] results = emit(code, arguments, text);
        text.append("    return ").append(results[0]).append(";\n}\n");
        functions.put(name, text.toString());
    }

    /** Appends the statements of {@code code} where {@code z} is in scope; returns an operand for each of its outputs. */
    String[] emit(ScalarCode source, String[] arguments, StringBuilder out) {
        ScalarCode code = source.withSoftDivision();
        String[] v = new String[code.size()];
        for (int i = 0; i < v.length; i++) {
            switch (code.op(i)) {
                case ARG -> v[i] = arguments[code.immediate(i)];
                case CONST -> v[i] = literal(code.immediate(i));
                default -> {
                    v[i] = "v" + i;
                    out.append("    let v").append(i).append(" = ");
                    out.append(expression(code, i, v)).append(";\n");
                }
            }
        }
        String[] results = new String[code.outputs()];
        for (int i = 0; i < results.length; i++) {
            results[i] = v[code.output(i)];
        }
        return results;
    }

    private String expression(ScalarCode code, int i, String[] v) {
        String a = code.operandCount(i) > 0 ? v[code.operand(i, 0)] : "";
        String b = code.operandCount(i) > 1 ? v[code.operand(i, 1)] : "";
        String c = code.operandCount(i) > 2 ? v[code.operand(i, 2)] : "";
        String count = code.immediate(i) + "u";
        return switch (code.op(i)) {
            case FADD -> guarded(a, "+", b);
            case FSUB -> guarded(a, "-", b);
            case FMUL -> guarded(a, "*", b);
            case FDIV_EST -> guarded(a, "/", b);
            case FSQRT_EST -> "bitcast<u32>(sqrt(" + f(a) + "))";
            case FFLOOR -> "bitcast<u32>(floor(" + f(a) + "))";
            case FCEIL -> "bitcast<u32>(ceil(" + f(a) + "))";
            case I2F -> "bitcast<u32>(f32(" + s(a) + "))";
            case F2I -> {
                functions.putIfAbsent("to_int", TO_INT);
                yield "to_int(" + a + ")";
            }
            case FLT -> mask(f(a) + " < " + f(b));
            case FLE -> mask(f(a) + " <= " + f(b));
            case FEQ -> mask(f(a) + " == " + f(b));
            case IADD -> a + " + " + b;
            case ISUB -> a + " - " + b;
            case IMUL -> a + " * " + b;
            case IMULHI_U -> {
                functions.putIfAbsent("mul_high", MUL_HIGH);
                yield "mul_high(" + a + ", " + b + ")";
            }
            case AND -> a + " & " + b;
            case OR -> a + " | " + b;
            case XOR -> a + " ^ " + b;
            case SHL -> a + " << " + count;
            case SHR_U -> a + " >> " + count;
            case SHR_S -> "bitcast<u32>(" + s(a) + " >> " + count + ")";
            case ILT_S -> mask(s(a) + " < " + s(b));
            case ILT_U -> mask(a + " < " + b);
            case IEQ -> mask(a + " == " + b);
            case SELECT -> "select(" + c + ", " + b + ", " + a + " != 0u)";
            case CALL -> call(code, i, v);
            case ARG, CONST, FDIV, FSQRT ->
                throw new IllegalStateException(code.op(i) + " is no statement of soft-division code");
        };
    }

    private String call(ScalarCode code, int i, String[] v) {
        ScalarFunction callee = code.function(i);
        String name = name(callee);
        function(name, callee.code());
        StringBuilder text = new StringBuilder(name).append('(');
        for (int j = 0; j < code.operandCount(i); j++) {
            text.append(j == 0 ? "" : ", ").append(v[code.operand(i, j)]);
        }
        return text.append(')').toString();
    }

    /** In WGSL some of these names are built-in functions, so ours start with {@code loom_}. */
    private static String name(ScalarFunction function) {
        StringBuilder b = new StringBuilder("loom_");
        String name = function.name();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            b.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return b.toString();
    }

    static String guarded(String a, String operator, String b) {
        return "bitcast<u32>(" + f(a) + " " + operator + " " + f(b) + ") + z";
    }

    static String literal(int bits) {
        return "0x" + Integer.toHexString(bits) + "u";
    }

    private static String f(String v) {
        return "bitcast<f32>(" + v + ")";
    }

    private static String s(String v) {
        return "bitcast<i32>(" + v + ")";
    }

    private static String mask(String condition) {
        return "select(0u, 0xffffffffu, " + condition + ")";
    }
}
