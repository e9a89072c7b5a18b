package loom.wgsl;

import java.util.List;
import java.util.function.UnaryOperator;

/** Ways in which a device could compute wrongly, as changes of the shaders it is given. */
record Sabotage(String name, Effect effect, UnaryOperator<Shader> change) {
    enum Effect {
        NONE,
        /** A device that is right without what was sabotaged. */
        REFUSED,
        WRONG
    }

    static final List<Sabotage> ALL = List.of(
            new Sabotage("as it is", Effect.NONE, UnaryOperator.identity()),
            replacing("blocks of 64", "matmul", "128u", "64u"),
            replacing("ones around pictures", "matmul windows", "select(0.0, ", "select(1.0, "),
            replacing("no rule D", "matmul", "return v10;", "return a0;"),
            refused("dots of another sign", "matmul_int8 packed", "dot4I8Packed(", "-dot4I8Packed("),
            refused("three bytes of four", "pack INT8", "i < 4u", "i < 3u"),
            refused("dots that do not compile", "matmul_int8 packed", "dot4I8Packed(", "dot4I8Packed(("),
            replacing(
                    "built-in division",
                    "pointwise",
                    "loom_div_soft(a0, v5)",
                    "bitcast<u32>(bitcast<f32>(a0) * (1.0 / bitcast<f32>(v5)))"),
            replacing(
                    "lanes in another order",
                    "reduce",
                    "var half = 16u; half > 0u; half >>= 1u",
                    "var half = 1u; half < 32u; half <<= 1u"),
            replacing("random numbers of another generator", "pointwise", "0xd2511f53u", "0xd2511f57u"),
            replacing("every trip's slice the first one", "pointwise", "[u.slice0 + ", "["),
            replacing("a commit after a trap", "commit", "atomicLoad(&trap) == 0u", "u.z == 0u"),
            replacing("no trap", "pointwise", "atomicMax(&trap, s[0].x);", ""),
            replacing("an index that nobody checks", "gather", "atomicMax(&trap, s[0].x);", ""),
            replacing("an index that no sum checks", "scatter-add", "atomicMax(&trap, s[0].x);", ""),
            replacing("each row added once", "scatter-add", "link = j + 1u;", "link = 0u;"),
            replacing("rows added twice", "scatter-add", "link |= 0x80000000u;", "link |= 0u;"),
            replacing("a shader that does not compile", "reduce", "fn main(", "fn main(("));

    boolean isHarmless() {
        return effect == Effect.NONE;
    }

    /** Whether the probe says what it must of a device sabotaged so. */
    boolean isCaught(Verdict verdict) {
        boolean refused = verdict.why().contains("refused");
        return switch (effect) {
            case NONE -> verdict instanceof Verdict.Right && !refused;
            case REFUSED -> verdict instanceof Verdict.Right && refused;
            case WRONG -> verdict instanceof Verdict.Wrong;
        };
    }

    private static Sabotage replacing(String name, String kernel, String from, String to) {
        return new Sabotage(name, Effect.WRONG, change(kernel, from, to));
    }

    private static Sabotage refused(String name, String kernel, String from, String to) {
        return new Sabotage(name, Effect.REFUSED, change(kernel, from, to));
    }

    private static UnaryOperator<Shader> change(String kernel, String from, String to) {
        return s -> s.name().startsWith(kernel)
                ? new Shader(s.name(), s.words(), s.reads(), s.text().replace(from, to))
                : s;
    }
}
