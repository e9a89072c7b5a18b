package loom.wgsl;

import loom.graph.Factors;

/**
 * How the shaders of a product treat their numbers, by what its operands are taken as: factors as they come from memory, totals of blocks of k,
 * results. Of int8, f32 holds products and the sum of a block exactly; totals are i32.
 *
 * @param guarded how the device keeps rounded products and sums apart
 */
record Sums(Factors factors, Product guarded) {
    private static final String BF16 = """
            fn NAME(x: FLOAT) -> FLOAT {
                let b = bitcast<WORD>(x);
                return bitcast<FLOAT>((b + WORD(0x7fffu) + ((b >> WORD(16u)) & WORD(1u))) & WORD(0xffff0000u));
            }
            """;

    /** Below 2^-14 an f16 is a multiple of 2^-24; scaling by that is exact, and so is rounding. */
    private static final String F16 = """
            fn NAME(x: FLOAT) -> FLOAT {
                let within = clamp(x, FLOAT(-65504.0), FLOAT(65504.0));
                let b = bitcast<WORD>(within);
                let normal = bitcast<FLOAT>((b + WORD(0xfffu) + ((b >> WORD(13u)) & WORD(1u))) & WORD(0xffffe000u));
                let small = round(within * 16777216.0) * 5.9604644775390625e-8;
                return select(normal, small, (b & WORD(0x7fffffffu)) < WORD(0x38800000u));
            }
            """;

    private static final String INT8 = """
            fn NAME(x: FLOAT) -> FLOAT {
                return round(clamp(x, FLOAT(-128.0), FLOAT(127.0)));
            }
            """;

    private boolean isInt8() {
        return factors == Factors.INT8;
    }

    private boolean isExact() {
        return factors != Factors.F32;
    }

    /** Text of a product of vectors of four; fusing an exact one with a sum changes nothing. */
    String ofVectors(String a, String b) {
        return isExact() ? a + " * " + b : guarded.ofVectors(a, b);
    }

    /** Text of a product of numbers. */
    String ofNumbers(String a, String b) {
        return isExact() ? a + " * " + b : guarded.ofNumbers(a, b);
    }

    /** The name of a shader that computes so. */
    String named(String tiling) {
        return factors.operation() + " " + tiling + (isExact() ? "" : " " + guarded);
    }

    /** Declares what the other texts use. */
    void declare(ShaderBuilder shader) {
        switch (factors) {
            case F32 -> {}
            case BF16 -> declare(shader, BF16);
            case F16 -> declare(shader, F16);
            case INT8 -> declare(shader, INT8);
        }
        if (!isInt8()) {
            shader.finish();
        }
    }

    private static void declare(ShaderBuilder shader, String function) {
        shader.global(function.replace("NAME", "factor").replace("FLOAT", "f32").replace("WORD", "u32"));
        shader.global(function.replace("NAME", "factors")
                .replace("FLOAT", "vec4<f32>")
                .replace("WORD", "vec4<u32>"));
    }

    /** A number from memory as a factor. */
    String factor(String read) {
        return isExact() ? "factor(" + read + ")" : read;
    }

    /** Four of them. */
    String factors(String read) {
        return isExact() ? "factors(" + read + ")" : read;
    }

    /** Type of a total of {@code width} neighbours. */
    String type(int width) {
        String element = isInt8() ? "i32" : "f32";
        return width == 4 ? "vec4<" + element + ">" : element;
    }

    /** +0, which the compiler does not know. */
    String zero(int width) {
        return "bitcast<" + type(width) + ">(" + (width == 4 ? "vec4<u32>(z)" : "z") + ")";
    }

    /** The total with a block's sum; {@code z4} or {@code z} is in scope. */
    String added(String total, String sum, int width) {
        if (isInt8()) {
            return total + " + " + type(width) + "(" + sum + ")";
        }
        return width == 4
                ? "bitcast<vec4<f32>>(bitcast<vec4<u32>>(" + total + " + " + sum + ") + z4)"
                : "bitcast<f32>(bitcast<u32>(" + total + " + " + sum + ") + z)";
    }

    /** Statements that store the total {@code sum}; {@code trapped} collects what rule T finds. */
    String store(String indent, String place) {
        return isInt8()
                ? indent + place + " = bitcast<u32>(sum);\n"
                : indent + "let value = finish(bitcast<u32>(sum));\n" + indent + "trapped |= traps(value);\n" + indent
                        + place + " = value;\n";
    }

    /** Statement that reports a trap; nothing where no sum can. */
    String report(ShaderBuilder shader, String indent) {
        return isInt8() ? "" : shader.trapIf(indent, "trapped");
    }
}
