package loom.wgsl;

import loom.graph.Factors;

/**
 * How the shaders of a product treat their numbers, by what its operands are taken as: factors as they come from memory, totals of blocks of k,
 * results. Of int8, f32 holds products and the sum of a block exactly; totals are i32.
 *
 * @param guarded how the device keeps rounded products and sums apart
 */
record Sums(Factors factors, Product guarded) {
    private static final String INT8 = """
            fn int8(x: f32) -> f32 {
                return round(clamp(x, -128.0, 127.0));
            }
            fn int8x4(x: vec4<f32>) -> vec4<f32> {
                return round(clamp(x, vec4<f32>(-128.0), vec4<f32>(127.0)));
            }""";

    /** Text of a product of vectors of four; of int8 fusing it with a sum changes nothing. */
    String ofVectors(String a, String b) {
        return switch (factors) {
            case F32 -> guarded.ofVectors(a, b);
            case INT8 -> a + " * " + b;
        };
    }

    /** Text of a product of numbers. */
    String ofNumbers(String a, String b) {
        return switch (factors) {
            case F32 -> guarded.ofNumbers(a, b);
            case INT8 -> a + " * " + b;
        };
    }

    /** The name of a shader that computes so. */
    String named(String tiling) {
        return switch (factors) {
            case F32 -> "matmul " + tiling + " " + guarded;
            case INT8 -> "matmul_int8 " + tiling;
        };
    }

    /** Declares what the other texts use. */
    void declare(ShaderBuilder shader) {
        switch (factors) {
            case F32 -> shader.finish();
            case INT8 -> shader.global(INT8);
        }
    }

    /** A number from memory as a factor. */
    String factor(String read) {
        return switch (factors) {
            case F32 -> read;
            case INT8 -> "int8(" + read + ")";
        };
    }

    /** Four of them. */
    String factors(String read) {
        return switch (factors) {
            case F32 -> read;
            case INT8 -> "int8x4(" + read + ")";
        };
    }

    /** Type of a total of {@code width} neighbours. */
    String type(int width) {
        String element = switch (factors) {
            case F32 -> "f32";
            case INT8 -> "i32";
        };
        return width == 4 ? "vec4<" + element + ">" : element;
    }

    /** +0, which the compiler does not know. */
    String zero(int width) {
        return "bitcast<" + type(width) + ">(" + (width == 4 ? "vec4<u32>(z)" : "z") + ")";
    }

    /** The total with a block's sum; for F32 {@code z4} or {@code z} is in scope. */
    String added(String total, String sum, int width) {
        boolean four = width == 4;
        return switch (factors) {
            case F32 ->
                four
                        ? "bitcast<vec4<f32>>(bitcast<vec4<u32>>(" + total + " + " + sum + ") + z4)"
                        : "bitcast<f32>(bitcast<u32>(" + total + " + " + sum + ") + z)";
            case INT8 -> total + " + " + type(width) + "(" + sum + ")";
        };
    }

    /** Statements that store the total {@code sum}; {@code trapped} collects what rule T finds. */
    String store(String indent, String place) {
        return switch (factors) {
            case F32 ->
                indent + "let value = finish(bitcast<u32>(sum));\n" + indent + "trapped |= traps(value);\n" + indent
                        + place + " = value;\n";
            case INT8 -> indent + place + " = bitcast<u32>(sum);\n";
        };
    }

    /** Statement that reports a trap; nothing where no sum can. */
    String report(ShaderBuilder shader, String indent) {
        return switch (factors) {
            case F32 -> shader.trapIf(indent, "trapped");
            case INT8 -> "";
        };
    }
}
