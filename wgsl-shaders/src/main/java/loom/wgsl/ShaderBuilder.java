package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.numeric.scalar.ScalarBuilder;
import loom.program.Buffer;
import loom.program.Program;

/** One shader under construction: its uniform words, its bindings, its functions, its body. */
final class ShaderBuilder {
    /** Scalars of a program, in vectors of four words: uniform arrays have no smaller elements. */
    static final int SCALAR_VECTORS = 16;

    /** In place of a buffer: the scratch slot, in which dispatches of one kernel hand on what they found. */
    static final int SCRATCH = -1;

    private final Program program;
    private final String name;
    private final List<String> wordNames = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    private final List<Integer> reads = new ArrayList<>();
    private final List<Integer> slices = new ArrayList<>();
    private final List<String> readTypes = new ArrayList<>();
    private final StringBuilder globals = new StringBuilder();
    final ScalarWgsl scalars = new ScalarWgsl();
    final StringBuilder body = new StringBuilder();
    private boolean usesScalars;
    private boolean traps;
    private int out = -1;

    ShaderBuilder(Program program, String name) {
        this.program = program;
        this.name = name;
        word("z", new Word.Constant(0));
        word("nz", new Word.Constant(0x80000000));
        word("row", new Word.Row());
    }

    /** The WGSL name of a uniform word; the same name is the same word. */
    String word(String wordName, Word word) {
        if (!wordNames.contains(wordName)) {
            wordNames.add(wordName);
            words.add(word);
        }
        return "u." + wordName;
    }

    /** Declares the buffer it writes; {@code result} in WGSL. Returns the text that an index starts with. */
    String out(int buffer) {
        out = slot(buffer);
        return offset(buffer);
    }

    private int slot(int buffer) {
        return buffer == SCRATCH ? Layout.scratchSlot(program) : program.slot(buffer);
    }

    /** A buffer in WGSL: its array and the text that an index starts with. */
    record Read(String name, String start) {
        String at(String index) {
            return name + "[" + start + index + "]";
        }
    }

    /** As {@link #read} of u32, but it may be the buffer that was declared as {@link #out}. */
    Read readInPlace(int buffer) {
        return program.slot(buffer) == out ? new Read("result", offset(buffer)) : read(buffer, "u32");
    }

    /** Declares a buffer it reads. Equal slots are bound once. */
    Read read(int buffer, String type) {
        int slot = slot(buffer);
        int i = reads.indexOf(slot);
        if (i < 0) {
            i = reads.size();
            reads.add(slot);
            readTypes.add(type);
        } else if (!readTypes.get(i).equals(type)) {
            throw new IllegalStateException("one slot read as " + type + " and " + readTypes.get(i));
        }
        return new Read("x" + i, offset(buffer));
    }

    private String offset(int buffer) {
        if (buffer == SCRATCH || !(program.buffer(buffer) instanceof Buffer.Slice)) {
            return "";
        }
        if (!slices.contains(buffer)) {
            slices.add(buffer);
        }
        return word("slice" + slices.indexOf(buffer), new Word.Offset(buffer)) + " + ";
    }

    /** A module-scope declaration. */
    void global(String declaration) {
        globals.append(declaration).append('\n');
    }

    /** Statements that make {@code p} the number of the invocation, one of {@code count}. */
    void each(int size, Extent count) {
        body.append("    let p = group * " + size + "u + local.x;\n    if (p >= ")
                .append(word("count", new Word.Size(count)))
                .append(") {\n        return;\n    }\n");
    }

    /** Text of run-time scalar {@code i}. Word 0 of the buffer is the run's trap code. */
    String scalar(int i) {
        usesScalars = true;
        int word = i + 1;
        return "s[" + word / 4 + "].".concat("xyzw".substring(word % 4, word % 4 + 1));
    }

    /** Statement that reports a trap where the u32 {@code flag} is not 0. The earliest run has the largest code. */
    String trapIf(String indent, String flag) {
        usesScalars = true;
        traps = true;
        return indent + "if (" + flag + " != 0u) {\n" + indent + "    atomicMax(&trap, s[0].x);\n" + indent + "}\n";
    }

    /** Condition that no run has trapped since the last trap was reported. */
    String nothingTrapped() {
        traps = true;
        return "atomicLoad(&trap) == 0u";
    }

    /** The function {@code finish} rounds a sum by rule D, {@code traps} tests it by rule T. */
    void finish() {
        ScalarBuilder round = new ScalarBuilder(1);
        scalars.function("finish", round.build(round.roundD(round.arg(0))));
        traps();
    }

    /** The function {@code traps} tests a value by rule T. */
    void traps() {
        ScalarBuilder test = new ScalarBuilder(1);
        scalars.function("traps", test.build(test.trapMask(test.arg(0))));
    }

    /** Statements that open an entry point: z, and the number of the workgroup. */
    static final String OPENING = """
                let z = u.z;
                let group = at.x + at.y * u.row;
            """;

    /** @param size text of the workgroup size; the body sees {@code z}, {@code group} and {@code local} */
    Stage stage(String size, Word.Counted... grid) {
        StringBuilder t = new StringBuilder(Header.of(name));
        t.append("struct Words {\n");
        for (String w : wordNames) {
            t.append("    ").append(w).append(w.equals("nz") ? ": f32,\n" : ": u32,\n");
        }
        t.append("}\n@group(0) @binding(0) var<uniform> u: Words;\n");
        if (usesScalars) {
            t.append("@group(0) @binding(1) var<uniform> s: array<vec4<u32>, ")
                    .append(SCALAR_VECTORS)
                    .append(">;\n");
        }
        if (traps) {
            t.append("@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;\n");
        }
        t.append("@group(0) @binding(3) var<storage, read_write> result: array<u32>;\n");
        for (int i = 0; i < reads.size(); i++) {
            t.append("@group(0) @binding(")
                    .append(4 + i)
                    .append(") var<storage, read> x")
                    .append(i)
                    .append(": array<")
                    .append(readTypes.get(i))
                    .append(">;\n");
        }
        t.append(globals);
        t.append(scalars.functions());
        t.append("@compute @workgroup_size(").append(size).append(")\nfn main(@builtin(workgroup_id) at: vec3<u32>, ");
        t.append("@builtin(local_invocation_id) local: vec3<u32>) {\n").append(OPENING);
        t.append(body).append("}\n");
        Shader shader = new Shader(name, words.size(), reads.size(), t.toString());
        return new Stage(shader, words, out, reads, List.of(grid));
    }
}
