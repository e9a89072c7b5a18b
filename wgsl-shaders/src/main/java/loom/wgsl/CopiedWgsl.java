package loom.wgsl;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import loom.graph.Extent;
import loom.program.CopiedOperand;
import loom.program.Kernel;

/**
 * The right operand of a product read where it was to be copied from, so that patches are nowhere. What only the column (with its group)
 * or only k decides is found once for each, in u32, whose wrap-around makes coordinates before the first element as large as those
 * behind the last one.
 */
final class CopiedWgsl {
    /** Small numbers are divided by as they are, which takes a product and a shift; every larger one would make a pipeline of its own. */
    private static final int MOST_IN_TEXT = 11;

    private final CopiedOperand operand;
    private final ShaderBuilder shader;
    private final ShaderBuilder.Read in;
    private final int rank;

    CopiedWgsl(ShaderBuilder shader, CopiedOperand operand) {
        this.operand = operand;
        this.shader = shader;
        this.in = shader.read(operand.in(), "f32");
        this.rank = operand.inShape().rank();
    }

    /** Statements, one by one to {@code line}, that find what a column decides, under names that begin with {@code name}. */
    void column(Consumer<String> line, String name, String g, String column) {
        int ks = operand.firstK();
        int columns = operand.firstColumn();
        decode(line, name, g, 0, ks);
        decode(line, name, column, columns, operand.space().size());
        String at = hasFirst() ? shader.word("first", new Word.Count(this::first)) : "";
        at = plus(at, moved(name, 0, ks, this::step));
        at = plus(at, moved(name, columns, operand.space().size(), this::step));
        line.accept("let " + name + "at = " + orZero(at) + ";");
        for (int i = 0; i < rank; i++) {
            if (isLookedAt(i)) {
                int of = i;
                String n = axis(i).offset() == 0 ? "" : shader.word("offset" + i, new Word.Constant(axis(i).offset()));
                n = plus(n, moved(name, 0, ks, j -> stride(of, j)));
                n = plus(n, moved(name, columns, operand.space().size(), j -> stride(of, j)));
                line.accept("let " + name + "n" + i + " = " + orZero(n) + ";");
            }
        }
    }

    /** Statements that find what k decides. */
    void k(Consumer<String> line, String name, String k) {
        int from = operand.firstK();
        int end = operand.firstColumn();
        decode(line, name, k, from, end);
        line.accept("let " + name + "at = " + orZero(moved(name, from, end, this::step)) + ";");
        for (int i = 0; i < rank; i++) {
            int of = i;
            if (isLookedAt(i)) {
                String n = orZero(moved(name, from, end, j -> stride(of, j)));
                line.accept("let " + name + "n" + i + " = " + n + ";");
            }
        }
    }

    /**
     * The text of an element, after statements that it needs.
     *
     * @param name for the statements
     * @param column what {@link #column} named
     * @param k what {@link #k} named
     * @param condition under which there is such a k; empty for always
     */
    String value(Consumer<String> line, String name, String column, String k, String condition) {
        String at = column + "at + " + k + "at";
        String inside = condition;
        for (int i = 0; i < rank; i++) {
            if (!isLookedAt(i)) {
                continue;
            }
            String coordinate = column + "n" + i + " + " + k + "n" + i;
            if (!isDirect(i)) {
                int by = axis(i).dilation();
                String dilation = by <= MOST_IN_TEXT ? by + "u" : shader.word("dilation" + i, new Word.Constant(by));
                String n = name + "n" + i;
                String q = name + "q" + i;
                line.accept("let " + n + " = " + coordinate + ";");
                line.accept("let " + q + " = " + n + " / " + dilation + ";");
                inside = and(inside, q + " * " + dilation + " == " + n);
                Extent stride = operand.inShape().stride(i);
                at += " + " + q + (stride.isOne() ? "" : " * " + shader.word("from" + i, new Word.Size(stride)));
                coordinate = q;
            }
            if (!staysInside(i)) {
                String extent =
                        shader.word("in" + i, new Word.Size(operand.inShape().extent(i)));
                inside = and(inside, coordinate + " < " + extent);
            }
        }
        String read = in.at(at);
        return inside.isEmpty() ? read : "select(0.0, " + read + ", " + inside + ")";
    }

    /** A function {@code copied(g, k, column)} that gives an element, 0 where there is none. */
    String function() {
        StringBuilder text = new StringBuilder("fn copied(g: u32, k: u32, column: u32) -> f32 {\n");
        Consumer<String> line = s -> text.append("    ").append(s).append('\n');
        column(line, "c", "g", "column");
        k(line, "k", "k");
        line.accept("return " + value(line, "v", "c", "k", "") + ";");
        return text.append("}").toString();
    }

    // ---- positions

    /** Coordinates of a position on axes {@code from} to {@code end} of the space. */
    private void decode(Consumer<String> line, String name, String position, int from, int end) {
        String rest = position;
        for (int j = end - 1; j > from; j--) {
            Extent e = operand.space().get(j);
            boolean tap = j >= operand.firstK()
                    && j < operand.firstColumn()
                    && !e.batched()
                    && e.coefficient() <= MOST_IN_TEXT;
            String extent = tap ? e.coefficient() + "u" : shader.word("e" + j, new Word.Size(e));
            line.accept("let " + name + "r" + j + " = " + rest + " / " + extent + ";");
            line.accept("let " + name + "p" + j + " = " + rest + " - " + name + "r" + j + " * " + extent + ";");
            rest = name + "r" + j;
        }
        if (from < end) {
            line.accept("let " + name + "p" + from + " = " + rest + ";");
        }
    }

    /** @param step text of what one step along an axis moves: empty for nothing, "1" for one */
    private static String moved(String name, int from, int end, IntFunction<String> step) {
        String sum = "";
        for (int j = from; j < end; j++) {
            String s = step.apply(j);
            String p = name + "p" + j;
            sum = s.isEmpty() ? sum : plus(sum, s.equals("1") ? p : p + " * " + s);
        }
        return sum;
    }

    /** What axis j of the space moves in the coordinate on axis i of the input. */
    private String stride(int i, int j) {
        int stride = axis(i).strides().get(j);
        return stride == 0 ? "" : stride == 1 ? "1" : shader.word("step" + i + "_" + j, new Word.Constant(stride));
    }

    /** What axis j of the space moves in the input, but for axes whose coordinates are divided. */
    private String step(int j) {
        int moving = 0;
        boolean one = false;
        for (int i = 0; i < rank; i++) {
            int stride = axis(i).strides().get(j);
            if (isDirect(i) && stride != 0) {
                moving++;
                one = stride == 1 && operand.inShape().stride(i).isOne();
            }
        }
        return moving == 0
                ? ""
                : moving == 1 && one ? "1" : shader.word("move" + j, new Word.Count(batch -> step(j, batch)));
    }

    private int step(int j, int batch) {
        int step = 0;
        for (int i = 0; i < rank; i++) {
            step += isDirect(i)
                    ? axis(i).strides().get(j) * operand.inShape().stride(i).at(batch)
                    : 0;
        }
        return step;
    }

    /** Whether position 0 is not the input's first element. */
    private boolean hasFirst() {
        boolean has = false;
        for (int i = 0; i < rank; i++) {
            has |= isDirect(i) && axis(i).offset() != 0;
        }
        return has;
    }

    private int first(int batch) {
        int first = 0;
        for (int i = 0; i < rank; i++) {
            first +=
                    isDirect(i) ? axis(i).offset() * operand.inShape().stride(i).at(batch) : 0;
        }
        return first;
    }

    // ---- axes of the input

    private Kernel.Axis axis(int i) {
        return operand.axes().get(i);
    }

    private boolean isDirect(int i) {
        return axis(i).dilation() == 1;
    }

    /** Whether a coordinate decides if there is an element. */
    private boolean isLookedAt(int i) {
        return !isDirect(i) || !staysInside(i);
    }

    private boolean staysInside(int i) {
        return CopyWgsl.staysInside(axis(i), i, operand.space(), operand.inShape());
    }

    private static String plus(String a, String b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : a + " + " + b;
    }

    private static String and(String a, String b) {
        return a.isEmpty() ? "(" + b + ")" : a + " & (" + b + ")";
    }

    private static String orZero(String sum) {
        return sum.isEmpty() ? "0u" : sum;
    }
}
