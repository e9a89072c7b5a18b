package loom.wgsl;

import loom.graph.Extent;
import loom.graph.Op.ReduceKind;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.Reduce} as WGSL: 32 invocations are the 32 lanes of one result, 8 results a workgroup; or, for software adapters,
 * which take seconds to compile a barrier, one invocation a result.
 *
 * <p>A row of more than 4,096 elements is summed chunk by chunk; a lane of the next level keeps every 32nd chunk sum. Three
 * levels are enough for any row: 4,096^3 is more than 2^31.
 */
final class ReduceWgsl {
    private static final int LANES = 32;
    private static final int RESULTS = 8;
    private static final int CHUNK = 4_096;
    private static final int SIZE = 32;

    private ReduceWgsl() {}

    /** One invocation a result, its lanes in an array of its own. */
    static Stage simple(Program program, Kernel.Reduce kernel) {
        return generate(program, kernel, true);
    }

    /** An invocation a lane. */
    static Stage lanes(Program program, Kernel.Reduce kernel) {
        return generate(program, kernel, false);
    }

    /** Whether rows are summed chunk by chunk. */
    static boolean isChunked(Kernel.Reduce kernel) {
        return kernel.kind() == ReduceKind.SUM
                && (kernel.length().batched() || kernel.length().coefficient() > CHUNK);
    }

    private static Stage generate(Program program, Kernel.Reduce kernel, boolean simple) {
        ShaderBuilder shader = new ShaderBuilder(program, simple ? "reduce simple" : "reduce");
        String out = shader.out(kernel.out());
        ShaderBuilder.Read in = shader.read(kernel.in(), "u32");
        Extent results = kernel.outer().times(kernel.inner());
        boolean rows = kernel.inner().isOne();
        String count = shader.word("count", new Word.Size(results));
        String length = shader.word("length", new Word.Size(kernel.length()));
        String inner = rows ? "1u" : shader.word("inner", new Word.Size(kernel.inner()));
        String element = in.name() + "[" + in.start() + "(outer * " + length + " + i) * " + inner + " + column]";

        shader.global(combine(kernel));
        if (simple) {
            shader.global(HALVE_OWN);
            shader.body.append("    let p = group * ").append(SIZE).append("u + local.x;\n");
        } else {
            shader.global("var<workgroup> lanes: array<u32, " + LANES * RESULTS + ">;");
            shader.global(HALVE);
            // Neighbouring invocations read neighbouring words: lanes of one row, or one lane of neighbouring columns.
            shader.body.append("    let lane = local.").append(rows ? 'x' : 'y').append(";\n");
            shader.body.append("    let slot = local.").append(rows ? 'y' : 'x').append(";\n");
            shader.body.append("    let p = group * ").append(RESULTS).append("u + slot;\n");
        }
        shader.body.append("    let inside = p < ").append(count).append(";\n");
        shader.body.append("    let outer = p / ").append(inner).append(";\n");
        shader.body.append("    let column = p - outer * ").append(inner).append(";\n");
        boolean chunked = isChunked(kernel);
        String sums = simple ? (chunked ? OWN_CHUNKS : OWN_LANES) : (chunked ? CHUNKS : LANES_ONLY);
        shader.body.append(sums.replace("LENGTH", length)
                .replace("IDENTITY", identity(kernel.kind()))
                .replace(
                        "ELEMENT",
                        kernel.element().isFloat() && kernel.kind() != ReduceKind.SUM ? key(element) : element));
        shader.body.append(simple ? "    if (inside) {\n" : "    if (inside && lane == 0u) {\n");
        shader.body.append("        let value = ");
        switch (kernel.kind()) {
            case SUM -> {
                shader.finish();
                shader.body.append("finish(total);\n").append(shader.trapIf("        ", "traps(value)"));
            }
            case MAX, MIN ->
                shader.body
                        .append(kernel.element().isFloat() ? key("total") : "total")
                        .append(";\n");
        }
        shader.body.append("        result[").append(out).append("p] = value;\n    }\n");
        if (simple) {
            return shader.stage(Integer.toString(SIZE), new Word.Tiles(results, SIZE));
        }
        return shader.stage(rows ? "32, 8" : "8, 32", new Word.Tiles(results, RESULTS));
    }

    private static final String LANES_ONLY = """
                var t = IDENTITY;
                for (var i = lane; i < LENGTH && inside; i += 32u) {
                    t = combine(t, ELEMENT, z);
                }
                let total = halve(t, slot, lane, z);
            """;

    private static final String CHUNKS = """
                var top = IDENTITY;
                var middle = IDENTITY;
                var chunk = 0u;
                for (var first = 0u; first < LENGTH; first += 4096u) {
                    let end = min(first + 4096u, LENGTH);
                    var t = IDENTITY;
                    for (var i = first + lane; i < end && inside; i += 32u) {
                        t = combine(t, ELEMENT, z);
                    }
                    let chunk_sum = halve(t, slot, lane, z);
                    if ((chunk & 31u) == lane) {
                        middle = combine(middle, chunk_sum, z);
                    }
                    chunk += 1u;
                    if ((chunk & 4095u) == 0u && end < LENGTH) {
                        let middle_sum = halve(middle, slot, lane, z);
                        if ((((chunk - 1u) >> 12u) & 31u) == lane) {
                            top = combine(top, middle_sum, z);
                        }
                        middle = IDENTITY;
                    }
                }
                var total = halve(middle, slot, lane, z);
                if (chunk > 4096u) {
                    if ((((chunk - 1u) >> 12u) & 31u) == lane) {
                        top = combine(top, total, z);
                    }
                    total = halve(top, slot, lane, z);
                }
            """;

    private static final String OWN_LANES = """
                var own: array<u32, 32>;
                for (var j = 0u; j < 32u; j += 1u) {
                    own[j] = IDENTITY;
                }
                for (var i = 0u; i < LENGTH && inside; i += 1u) {
                    own[i & 31u] = combine(own[i & 31u], ELEMENT, z);
                }
                let total = halve(&own, z);
            """;

    /** Three levels of lanes; a level is emptied into the next after every 4,096th of its entries. */
    private static final String OWN_CHUNKS = """
                var own: array<u32, 32>;
                var middle: array<u32, 32>;
                var top: array<u32, 32>;
                let length = select(0u, LENGTH, inside);
                for (var i = 0u; i < length; i += 1u) {
                    own[i & 31u] = combine(own[i & 31u], ELEMENT, z);
                    let last = i + 1u == length;
                    if ((i & 4095u) == 4095u || last) {
                        let chunk = i >> 12u;
                        middle[chunk & 31u] = combine(middle[chunk & 31u], halve(&own, z), z);
                        own = array<u32, 32>();
                        if ((chunk & 4095u) == 4095u || last) {
                            let lane = (chunk >> 12u) & 31u;
                            top[lane] = combine(top[lane], halve(&middle, z), z);
                            middle = array<u32, 32>();
                        }
                    }
                }
                let total = halve(&top, z);
            """;

    private static final String HALVE_OWN = """
            fn halve(lanes: ptr<function, array<u32, 32>>, z: u32) -> u32 {
                for (var half = 16u; half > 0u; half >>= 1u) {
                    for (var j = 0u; j < half; j += 1u) {
                        (*lanes)[j] = combine((*lanes)[j], (*lanes)[j + half], z);
                    }
                }
                return (*lanes)[0];
            }""";

    private static final String HALVE = """
            fn halve(mine: u32, slot: u32, lane: u32, z: u32) -> u32 {
                let place = slot * 32u + lane;
                lanes[place] = mine;
                workgroupBarrier();
                for (var half = 16u; half > 0u; half >>= 1u) {
                    if (lane < half) {
                        lanes[place] = combine(lanes[place], lanes[place + half], z);
                    }
                    workgroupBarrier();
                }
                let total = lanes[slot * 32u];
                workgroupBarrier();
                return total;
            }""";

    private static String combine(Kernel.Reduce kernel) {
        String value = switch (kernel.kind()) {
            case SUM -> ScalarWgsl.guarded("a", "+", "b");
            case MAX -> "select(a, b, bitcast<i32>(a) < bitcast<i32>(b))";
            case MIN -> "select(a, b, bitcast<i32>(b) < bitcast<i32>(a))";
        };
        return "fn combine(a: u32, b: u32, z: u32) -> u32 {\n    return " + value + ";\n}\n" + KEY;
    }

    /** Signed integers in the order of the f32 they stand for; its own inverse. Exact whatever a device does with f32. */
    private static final String KEY = """
            fn key(bits: u32) -> u32 {
                return bits ^ (bitcast<u32>(bitcast<i32>(bits) >> 31u) & 0x7fffffffu);
            }""";

    private static String key(String bits) {
        return "key(" + bits + ")";
    }

    private static String identity(ReduceKind kind) {
        return switch (kind) {
            case SUM -> "0u";
            case MAX -> "0x80000000u";
            case MIN -> "0x7fffffffu";
        };
    }
}
