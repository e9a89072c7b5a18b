package loom.wgsl;

import loom.graph.Extent;
import loom.program.Program;

/** The copies that end a run, as WGSL: they do nothing once a run has trapped, so that it changes no parameter and no state. */
final class CommitWgsl {
    private static final int SIZE = 64;

    private CommitWgsl() {}

    static Stage generate(Program program, Program.Commit commit) {
        ShaderBuilder shader = new ShaderBuilder(program, "commit");
        Extent count = program.buffer(commit.target()).type().shape().elements();
        String out = shader.out(commit.target());
        ShaderBuilder.Read in = shader.read(commit.value(), "u32");
        shader.body
                .append("    let p = group * " + SIZE + "u + local.x;\n    if (p < ")
                .append(shader.word("count", new Word.Size(count)))
                .append(" && ")
                .append(shader.nothingTrapped())
                .append(") {\n        result[")
                .append(out)
                .append("p] = ")
                .append(in.name())
                .append('[')
                .append(in.start())
                .append("p];\n    }\n");
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(count, SIZE));
    }
}
