package loom.wgsl;

import java.util.List;
import java.util.function.UnaryOperator;

/** Ways in which a device could compute wrongly, as changes of the shaders it is given. */
record Sabotage(String name, boolean caught, UnaryOperator<Shader> change) {
    static final List<Sabotage> ALL = List.of(
            new Sabotage("as it is", false, UnaryOperator.identity()),
            replacing("blocks of 64", "matmul", "128u", "64u"),
            replacing("no rule D", "matmul", "return v10;", "return a0;"),
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
            replacing("a commit after a trap", "commit", "atomicLoad(&trap) == 0u", "u.z == 0u"),
            replacing("no trap", "pointwise", "atomicMax(&trap, s[0].x);", ""),
            replacing("an index that nobody checks", "gather", "atomicMax(&trap, s[0].x);", ""),
            replacing("an index that no sum checks", "scatter-add", "atomicMax(&trap, s[0].x);", ""),
            replacing("each row added once", "scatter-add", "link = j + 1u;", "link = 0u;"),
            replacing("rows added twice", "scatter-add", "link |= 0x80000000u;", "link |= 0u;"),
            replacing("a shader that does not compile", "reduce", "fn main(", "fn main(("));

    private static Sabotage replacing(String name, String kernel, String from, String to) {
        return new Sabotage(
                name,
                true,
                s -> s.name().startsWith(kernel)
                        ? new Shader(s.name(), s.words(), s.reads(), s.text().replace(from, to))
                        : s);
    }
}
