package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Kernel;
import loom.program.PointwiseCode;
import loom.program.Program;

/** {@link Kernel.Pointwise} as WGSL: one invocation an element. */
final class PointwiseWgsl {
    private static final int SIZE = 64;

    /**
     * Neighbouring axes that all loads step through alike count as one.
     *
     * @param last last axis of each
     * @param places where each axis of the space went, or -1
     */
    private record Axes(List<Extent> extents, List<Integer> last, int[] places) {}

    private final Kernel.Pointwise kernel;
    private final ShaderBuilder shader;
    private final Axes axes;
    private boolean decoded;

    private PointwiseWgsl(Program program, Kernel.Pointwise kernel, PointwiseCode code) {
        this.kernel = kernel;
        this.shader = new ShaderBuilder(program, "pointwise");
        this.axes = merge(kernel, code);
    }

    static Stage generate(Program program, Kernel.Pointwise kernel) {
        PointwiseCode code = PointwiseCode.of(kernel);
        return new PointwiseWgsl(program, kernel, code).generate(code);
    }

    private Stage generate(PointwiseCode code) {
        Extent count = kernel.space().elements();
        String out = shader.out(kernel.out());
        shader.each(SIZE, count);
        String[] arguments = new String[code.inputs().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = "a" + i;
            String value = switch (code.inputs().get(i)) {
                case PointwiseCode.Load l -> load(kernel.loads().get(l.load()), l.load());
                case PointwiseCode.Scalar s -> shader.scalar(s.scalar());
                case PointwiseCode.Index x -> index(x.axis());
            };
            shader.body
                    .append("    let a")
                    .append(i)
                    .append(" = ")
                    .append(value)
                    .append(";\n");
        }
        String[] results = shader.scalars.emit(code.code(), arguments, shader.body);
        shader.body
                .append("    result[")
                .append(out)
                .append("p] = ")
                .append(results[0])
                .append(";\n");
        if (code.mayTrap()) {
            shader.body.append(shader.trapIf("    ", results[1]));
        }
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(count, SIZE));
    }

    private String load(Kernel.Load load, int number) {
        ShaderBuilder.Read x = shader.readInPlace(load.buffer());
        Extent offset = load.offset();
        String start =
                x.start() + (offset.coefficient() == 0 ? "" : shader.word("o" + number, new Word.Size(offset)) + " + ");
        StringBuilder position = new StringBuilder();
        boolean dense = true;
        Extent inner = Extent.ONE;
        for (int g = axes.extents().size() - 1; g >= 0; g--) {
            Extent stride = load.stride(axes.last().get(g));
            dense &= stride.equals(inner);
            inner = inner.times(axes.extents().get(g));
            if (stride.coefficient() == 0) {
                continue;
            }
            position.append(position.isEmpty() ? "" : " + ").append('c').append(g);
            if (!stride.isOne()) {
                position.append(" * ").append(shader.word("s" + number + "_" + g, new Word.Size(stride)));
            }
        }
        if (dense && !axes.extents().isEmpty()) {
            return x.name() + "[" + start + "p]";
        }
        if (position.isEmpty()) {
            return x.name() + "[" + start + "0u]";
        }
        decode();
        return x.name() + "[" + start + position + "]";
    }

    private String index(int axis) {
        int g = axes.places()[axis];
        if (g < 0) {
            return "0u";
        }
        decode();
        return "c" + g;
    }

    /** The coordinates of position p, once. */
    private void decode() {
        if (decoded) {
            return;
        }
        decoded = true;
        String rest = "p";
        for (int g = axes.extents().size() - 1; g > 0; g--) {
            String extent = shader.word("e" + g, new Word.Size(axes.extents().get(g)));
            shader.body.append("    let q" + g + " = " + rest + " / " + extent + ";\n");
            shader.body.append("    let c" + g + " = " + rest + " - q" + g + " * " + extent + ";\n");
            rest = "q" + g;
        }
        shader.body.append("    let c0 = ").append(rest).append(";\n");
    }

    private static Axes merge(Kernel.Pointwise kernel, PointwiseCode code) {
        Shape space = kernel.space();
        TreeSet<Integer> indexed = new TreeSet<>();
        for (PointwiseCode.Input i : code.inputs()) {
            if (i instanceof PointwiseCode.Index x) {
                indexed.add(x.axis());
            }
        }
        List<Extent> extents = new ArrayList<>();
        List<Integer> last = new ArrayList<>();
        int[] places = new int[space.rank()];
        boolean open = false;
        for (int i = 0; i < space.rank(); i++) {
            places[i] = -1;
            if (space.extent(i).isOne()) {
                continue;
            }
            int end = extents.size() - 1;
            if (open && !indexed.contains(i) && joined(kernel.loads(), last.get(end), i)) {
                extents.set(end, extents.get(end).times(space.extent(i)));
                last.set(end, i);
            } else {
                extents.add(space.extent(i));
                last.add(i);
                end++;
            }
            open = !indexed.contains(i);
            places[i] = end;
        }
        return new Axes(extents, last, places);
    }

    private static boolean joined(List<Kernel.Load> loads, int outer, int inner) {
        for (Kernel.Load l : loads) {
            if (!l.joins(outer, inner)) {
                return false;
            }
        }
        return true;
    }
}
