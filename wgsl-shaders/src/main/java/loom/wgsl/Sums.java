package loom.wgsl;

import loom.graph.Factors;

/**
 * How the shaders of a product treat their numbers, by what its operands are taken as: factors as they come from memory, totals of blocks of k,
 * results. Of int8, f32 holds products and the sum of a block exactly; totals are i32. Packed operands ({@link Packing}) of int8 are summed in i32
 * from the first product on, four values of k a step.
 *
 * @param guarded how the device keeps rounded products and sums apart
 */
record Sums(Factors factors, Product guarded, boolean packed) {
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

    private static final String DOTS = """
            fn dots(a: u32, b: vec4<u32>) -> vec4<i32> {
                return vec4<i32>(dot4I8Packed(a, b.x), dot4I8Packed(a, b.y), dot4I8Packed(a, b.z), dot4I8Packed(a, b.w));
            }""";

    private boolean isInt8() {
        return factors == Factors.INT8;
    }

    private boolean isExact() {
        return factors != Factors.F32;
    }

    private boolean isDots() {
        return isInt8() && packed;
    }

    /** Text of the products of a number and a vector of four; fusing exact ones with a sum changes nothing. */
    String ofVectors(String a, String b) {
        if (isDots()) {
            return "dots(" + a + ", " + b + ")";
        }
        String four = "vec4<f32>(" + a + ")";
        return isExact() ? four + " * " + b : guarded.ofVectors(four, b);
    }

    /** Text of a product of numbers. */
    String ofNumbers(String a, String b) {
        if (isDots()) {
            return "dot4I8Packed(" + a + ", " + b + ")";
        }
        return isExact() ? a + " * " + b : guarded.ofNumbers(a, b);
    }

    /** The name of a shader that computes so. */
    String named(String tiling) {
        return factors.operation() + (packed ? " packed " : " ") + tiling + (isExact() ? "" : " " + guarded);
    }

    /** Declares what the other texts use. */
    void declare(ShaderBuilder shader) {
        if (isDots()) {
            shader.global(DOTS);
        } else if (!packed) {
            declareFactors(shader);
        }
        declareTotals(shader);
    }

    /** Declares what {@link #store} uses. */
    void declareTotals(ShaderBuilder shader) {
        if (!isInt8()) {
            shader.finish();
        }
    }

    /** Declares what {@link #factor} uses. */
    void declareFactors(ShaderBuilder shader) {
        switch (factors) {
            case F32 -> {}
            case BF16 -> declare(shader, BF16);
            case F16 -> declare(shader, F16);
            case INT8 -> declare(shader, INT8);
        }
    }

    private static void declare(ShaderBuilder shader, String function) {
        shader.global(function.replace("NAME", "factor").replace("FLOAT", "f32").replace("WORD", "u32"));
        shader.global(function.replace("NAME", "factors")
                .replace("FLOAT", "vec4<f32>")
                .replace("WORD", "vec4<u32>"));
    }

    /** Values of k that one product takes. */
    int depth() {
        return isDots() ? 4 : 1;
    }

    /** A number from memory as a factor. */
    String factor(String read) {
        return isExact() && !packed ? "factor(" + read + ")" : read;
    }

    /** Four of them. */
    String factors(String read) {
        return isExact() && !packed ? "factors(" + read + ")" : read;
    }

    /** Type of four neighbours as they come from memory; they are multiplied as they are, but for {@link #factors}. */
    String read() {
        return isDots() ? "vec4<u32>" : "vec4<f32>";
    }

    /** Steps of k whose products are summed before the sum is added to the total: all of k, where the order changes nothing. */
    String block() {
        return isDots() ? "u.k" : MatMulWgsl.BLOCK + "u";
    }

    /** A sum of {@code width} neighbours to begin with: +0, which the compiler does not know. */
    String start(int width) {
        String element = isDots() ? "i32" : "f32";
        return width == 4 ? "bitcast<vec4<" + element + ">>(vec4<u32>(z))" : "bitcast<" + element + ">(z)";
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
