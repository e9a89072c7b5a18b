package loom.wgsl;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Kernel;
import loom.program.Program;

/** {@link Kernel.Copy} as WGSL: one invocation a position. Words move as they are. */
final class CopyWgsl {
    private static final int SIZE = 64;

    private final Kernel.Copy kernel;
    private final ShaderBuilder shader;

    private CopyWgsl(Program program, Kernel.Copy kernel) {
        this.kernel = kernel;
        this.shader = new ShaderBuilder(program, "copy");
    }

    static Stage generate(Program program, Kernel.Copy kernel) {
        return new CopyWgsl(program, kernel).generate();
    }

    private Stage generate() {
        String out = shader.out(kernel.out());
        ShaderBuilder.Read in = shader.read(kernel.in(), "u32");
        Shape space = kernel.space();
        shader.each(SIZE, space.elements());
        decode(space);
        String place = place();
        StringBuilder inside = new StringBuilder();
        String from = from(inside);
        String load = in.name() + "[" + in.start() + from + "]";
        if (inside.isEmpty()) {
            shader.body
                    .append("    result[")
                    .append(out)
                    .append(place)
                    .append("] = ")
                    .append(load)
                    .append(";\n");
        } else {
            shader.body.append("    var value = 0u;\n    if (").append(inside).append(") {\n        value = ");
            shader.body
                    .append(load)
                    .append(";\n    }\n    result[")
                    .append(out)
                    .append(place)
                    .append("] = value;\n");
        }
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(space.elements(), SIZE));
    }

    /** Coordinates p0, p1, … of position p; those on axes of extent 1 are 0 and have no name. */
    private void decode(Shape space) {
        String rest = "p";
        int first = 0;
        while (first < space.rank() && space.extent(first).isOne()) {
            first++;
        }
        for (int i = space.rank() - 1; i > first; i--) {
            if (!space.extent(i).isOne()) {
                String extent = shader.word("e" + i, new Word.Size(space.extent(i)));
                shader.body.append("    let q" + i + " = " + rest + " / " + extent + ";\n");
                shader.body.append("    let p" + i + " = i32(" + rest + " - q" + i + " * " + extent + ");\n");
                rest = "q" + i;
            }
        }
        if (first < space.rank()) {
            shader.body.append("    let p" + first + " = i32(" + rest + ");\n");
        }
    }

    /** Index in the output. */
    private String place() {
        Shape outShape = kernel.outShape();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < outShape.rank(); i++) {
            String at = kernel.space().extent(i).isOne() ? "" : "p" + i;
            if (kernel.start().get(i) != 0) {
                String start = "bitcast<i32>("
                        + shader.word(
                                "start" + i, new Word.Constant(kernel.start().get(i))) + ")";
                at = at.isEmpty() ? start : "(" + at + " + " + start + ")";
            }
            if (!at.isEmpty()) {
                text.append(text.isEmpty() ? "" : " + ")
                        .append("u32(")
                        .append(at)
                        .append(')');
                if (!outShape.stride(i).isOne()) {
                    text.append(" * ").append(shader.word("to" + i, new Word.Size(outShape.stride(i))));
                }
            }
        }
        return text.isEmpty() ? "0u" : text.toString();
    }

    /** Index in the input; appends to {@code inside} the condition under which there is such an element. */
    private String from(StringBuilder inside) {
        Shape inShape = kernel.inShape();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < inShape.rank(); i++) {
            Kernel.Axis axis = kernel.axes().get(i);
            String n = numerator(axis, i);
            shader.body.append("    let n").append(i).append(" = ").append(n).append(";\n");
            String at = "n" + i;
            if (axis.dilation() != 1) {
                String dilation =
                        "bitcast<i32>(" + shader.word("dilation" + i, new Word.Constant(axis.dilation())) + ")";
                shader.body.append("    let d" + i + " = n" + i + " / " + dilation + ";\n");
                at = "d" + i;
                inside.append(inside.isEmpty() ? "" : " && ").append(at + " * " + dilation + " == n" + i);
            }
            if (!staysInside(axis, i)) {
                String extent = shader.word("in" + i, new Word.Size(inShape.extent(i)));
                inside.append(inside.isEmpty() ? "" : " && ")
                        .append("n" + i + " >= 0 && " + at + " < i32(" + extent + ")");
            }
            text.append(text.isEmpty() ? "" : " + ").append("u32(").append(at).append(')');
            if (!inShape.stride(i).isOne()) {
                text.append(" * ").append(shader.word("from" + i, new Word.Size(inShape.stride(i))));
            }
        }
        return text.isEmpty() ? "0u" : text.toString();
    }

    private String numerator(Kernel.Axis axis, int i) {
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < axis.strides().size(); j++) {
            int stride = axis.strides().get(j);
            if (stride != 0 && !kernel.space().extent(j).isOne()) {
                text.append(text.isEmpty() ? "" : " + ").append("p").append(j);
                if (stride != 1) {
                    String word = shader.word("step" + i + "_" + j, new Word.Constant(stride));
                    text.append(" * bitcast<i32>(").append(word).append(')');
                }
            }
        }
        if (axis.offset() != 0) {
            String word = shader.word("offset" + i, new Word.Constant(axis.offset()));
            text.append(text.isEmpty() ? "" : " + ")
                    .append("bitcast<i32>(")
                    .append(word)
                    .append(')');
        }
        return text.isEmpty() ? "0" : text.toString();
    }

    private boolean staysInside(Kernel.Axis axis, int i) {
        return staysInside(axis, i, kernel.space().extents(), kernel.inShape());
    }

    /** Whether no position of a space leads outside axis {@code i} of a copy's input. The batched axis is mapped one to one. */
    static boolean staysInside(Kernel.Axis axis, int i, List<Extent> space, Shape inShape) {
        if (i == inShape.batchAxis()) {
            return true;
        }
        long low = axis.offset();
        long high = axis.offset();
        for (int j = 0; j < axis.strides().size(); j++) {
            int stride = axis.strides().get(j);
            if (stride != 0 && space.get(j).batched()) {
                return false;
            }
            long reach = (long) stride * (space.get(j).coefficient() - 1);
            low += Math.min(reach, 0);
            high += Math.max(reach, 0);
        }
        return low >= 0 && high < (long) inShape.dim(i) * axis.dilation();
    }
}
