package loom.wgsl;

import java.util.List;
import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.ScatterAdd} as WGSL. Few positions: one invocation an element of the result looks at all of them. Many: a first
 * dispatch links positions of equal indices into lists, a second one writes zeros, a third one has an invocation for every element of
 * the values, and those at the first position of a list add along it.
 */
final class ScatterAddWgsl {
    /** Looking at so many indices costs less than two dispatches more. */
    private static final int FEW = 16;

    private final Program program;
    private final Kernel.ScatterAdd kernel;
    private final Extent positions;
    private final Extent rows;

    private ScatterAddWgsl(Program program, Kernel.ScatterAdd kernel) {
        this.program = program;
        this.kernel = kernel;
        positions = kernel.groups().times(kernel.positions());
        rows = kernel.groups().times(kernel.rows());
    }

    private static boolean isLinked(Kernel.ScatterAdd kernel) {
        return kernel.positions().batched() || kernel.positions().coefficient() > FEW;
    }

    static Way generate(Program program, Kernel.ScatterAdd kernel) {
        ScatterAddWgsl g = new ScatterAddWgsl(program, kernel);
        // A word for every index.
        return isLinked(kernel)
                ? new Way(List.of(g.links(), g.zeros(), g.sums()), g.positions::at)
                : Way.of(g.simple());
    }

    private RowsWgsl shader(String name) {
        ShaderBuilder shader = new ShaderBuilder(program, name);
        return new RowsWgsl(shader, kernel.groups(), kernel.rows(), kernel.positions(), kernel.width());
    }

    private Stage simple() {
        RowsWgsl r = shader("scatter-add simple");
        String out = r.shader().out(kernel.out());
        ShaderBuilder.Read values = r.shader().read(kernel.values(), "u32");
        ShaderBuilder.Read indices = r.shader().read(kernel.indices(), "u32");
        boolean grouped = !kernel.groups().isOne();
        r.eachElement(rows);
        r.shader().traps();
        r.shader()
                .body
                .append(SIMPLE.replace("FIRST", grouped ? "i / ROWS * POSITIONS" : "0u")
                        .replace("ROW_HERE", grouped ? "i % ROWS" : "i")
                        .replace("ROWS", r.rowCount())
                        .replace("POSITIONS", r.positionCount())
                        .replace("INDEX", indices.at("j"))
                        .replace("SUM", addition(values.at(r.element("j"))))
                        .replace("OUT", out + "p"))
                .append(r.shader().trapIf("    ", "flag"));
        return r.stage(rows.times(kernel.width()));
    }

    private Stage links() {
        RowsWgsl r = shader("scatter-add links");
        r.shader().out(ShaderBuilder.SCRATCH);
        ShaderBuilder.Read indices = r.shader().read(kernel.indices(), "u32");
        r.shader().each(RowsWgsl.SIZE, positions);
        r.shader()
                .body
                .append(LINKS.replace("FIRST", kernel.groups().isOne() ? "0u" : "p / POSITIONS * POSITIONS")
                        .replace("POSITIONS", r.positionCount())
                        .replace("ROWS", r.rowCount())
                        .replace("INDEX_HERE", indices.at("p"))
                        .replace("INDEX_AFTER", indices.at("j"))
                        .replace("INDEX_BEFORE", indices.at("j - 1u")))
                .append(r.shader().trapIf("    ", "outside"));
        return r.stage(positions);
    }

    private Stage zeros() {
        RowsWgsl r = shader("zeros");
        String out = r.shader().out(kernel.out());
        Extent count = rows.times(kernel.width());
        r.shader().each(RowsWgsl.SIZE, count);
        r.shader().body.append("    result[" + out + "p] = 0u;\n");
        return r.stage(count);
    }

    private Stage sums() {
        RowsWgsl r = shader("scatter-add sums");
        String out = r.shader().out(kernel.out());
        ShaderBuilder.Read values = r.shader().read(kernel.values(), "u32");
        ShaderBuilder.Read indices = r.shader().read(kernel.indices(), "u32");
        ShaderBuilder.Read links = r.shader().read(ShaderBuilder.SCRATCH, "u32");
        r.eachElement(positions);
        r.shader().traps();
        r.shader()
                .body
                .append(SUMS.replace("LINK_HERE", links.at("i"))
                        .replace("LINK_NEXT", links.at("j"))
                        .replace("FIRST_VALUE", values.at("p"))
                        .replace("SUM", addition(values.at(r.element("j"))))
                        .replace("OUT", out + r.element(r.chosen(indices.at("i")))))
                .append(r.shader().trapIf("    ", "flag"));
        return r.stage(positions.times(kernel.width()));
    }

    private static String addition(String value) {
        return ScalarWgsl.guarded("sum", "+", value);
    }

    private static final String SIMPLE = """
                let first = FIRST;
                let row = ROW_HERE;
                var sum = 0u;
                var flag = 0u;
                for (var j = first; j < first + POSITIONS; j += 1u) {
                    let index = INDEX;
                    flag |= u32(index >= ROWS);
                    if (index == row) {
                        sum = SUM;
                        flag |= traps(sum);
                    }
                }
                result[OUT] = sum;
            """;

    /** A link is the next position of the same index, plus 1, or 0; its highest bit is set where an earlier position has that index. */
    private static final String LINKS = """
                let first = FIRST;
                let index = INDEX_HERE;
                let outside = u32(index >= ROWS);
                var link = 0x80000000u;
                if (outside == 0u) {
                    link = 0u;
                    for (var j = p + 1u; j < first + POSITIONS; j += 1u) {
                        if (INDEX_AFTER == index) {
                            link = j + 1u;
                            break;
                        }
                    }
                    for (var j = p; j > first; j -= 1u) {
                        if (INDEX_BEFORE == index) {
                            link |= 0x80000000u;
                            break;
                        }
                    }
                }
                result[p] = link;
            """;

    private static final String SUMS = """
                let link = LINK_HERE;
                if (link >= 0x80000000u) {
                    return;
                }
                var sum = FIRST_VALUE;
                var flag = 0u;
                var next = link;
                while (next != 0u) {
                    let j = next - 1u;
                    sum = SUM;
                    flag |= traps(sum);
                    next = LINK_NEXT & 0x7fffffffu;
                }
                result[OUT] = sum;
            """;
}
