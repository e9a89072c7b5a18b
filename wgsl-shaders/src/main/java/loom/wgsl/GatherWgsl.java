package loom.wgsl;

import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.Program;

/** {@link Kernel.Gather} as WGSL: one invocation a word. */
final class GatherWgsl {
    private GatherWgsl() {}

    static Stage generate(Program program, Kernel.Gather k) {
        ShaderBuilder shader = new ShaderBuilder(program, "gather");
        RowsWgsl r = new RowsWgsl(shader, k.groups(), k.rows(), k.positions(), k.width());
        String out = shader.out(k.out());
        ShaderBuilder.Read table = shader.read(k.table(), "u32");
        ShaderBuilder.Read indices = shader.read(k.indices(), "u32");
        Extent positions = k.groups().times(k.positions());
        r.eachElement(positions);
        shader.body.append(CODE.replace("INDEX", indices.at("i"))
                .replace("ROWS", r.rowCount())
                .replace("FOUND", table.at(r.element(r.chosen("index"))))
                .replace("OUT", out + "p"));
        shader.body.append(shader.trapIf("    ", "outside"));
        return r.stage(positions.times(k.width()));
    }

    /** Negative indices are very large ones. */
    private static final String CODE = """
                let index = INDEX;
                let outside = u32(index >= ROWS);
                var value = 0u;
                if (outside == 0u) {
                    value = FOUND;
                }
                result[OUT] = value;
            """;
}
