package loom.wgsl;

import java.util.function.Consumer;
import loom.program.Kernel;

/** An operand of a tile that lies in memory as a matrix of the product, or packed. */
final class DenseSide extends TileSide {
    private final Kernel.MatMul kernel;
    private final String lines;
    private final boolean contiguous;
    private final boolean inVectors;
    private final ShaderBuilder.Read from;
    private final String start;

    /**
     * Where an operand lies.
     *
     * @param lines text of the number of its rows or columns
     * @param contiguous whether neighbouring rows or columns are neighbours in memory; otherwise neighbouring k are
     * @param inVectors whether it is read in vectors of four
     * @param start text of where a group begins
     */
    record Matrix(String lines, boolean contiguous, boolean inVectors, ShaderBuilder.Read from, String start) {}

    DenseSide(
            Kernel.MatMul kernel,
            MatMulTile tile,
            Sums sums,
            String memory,
            int width,
            Matrix matrix,
            Consumer<String> text) {
        super(tile, sums, memory, width, text);
        this.kernel = kernel;
        this.lines = matrix.lines();
        this.contiguous = matrix.contiguous();
        this.inVectors = matrix.inVectors();
        this.from = matrix.from();
        this.start = matrix.start();
    }

    /** Neighbours bring what lies side by side in memory. Places behind the last row or column hold what is there: their sums are not stored. */
    @Override
    void places(String first) {
        for (int e = 0; e < vectors(); e++) {
            place(e, contiguous);
            String k = register + "k" + e;
            String vector = register + "v" + e;
            String at = start
                    + (contiguous
                            ? k + " * " + lines + " + " + first + " + " + vector + " * 4u"
                            : "(" + first + " + " + vector + " * 4u) * u.k + " + k);
            line("let " + register + "p" + e + " = " + (inVectors ? "(" + at + ") / 4u" : at) + ";");
            line("var " + register + e + ": " + sums.read() + ";");
        }
    }

    @Override
    void fetch(String k) {
        for (int e = 0; e < vectors(); e++) {
            String at = register + "p" + e + " + " + k;
            String read;
            if (inVectors) {
                read = from.name() + "[" + at + " * (" + lines + " / 4u)]";
            } else {
                String first = contiguous ? at + " * " + lines : at;
                StringBuilder four = new StringBuilder("vec4<f32>(");
                for (int c = 0; c < 4; c++) {
                    four.append(c == 0 ? "" : ", ")
                            .append(from.name())
                            .append("[")
                            .append(first);
                    if (c > 0) {
                        four.append(" + ").append(c).append(contiguous ? "u" : "u * u.k");
                    }
                    four.append("]");
                }
                read = four.append(")").toString();
            }
            String factors = sums.factors(read);
            line(register + e + " = "
                    + (guarded()
                            ? "select(vec4<f32>(), " + factors + ", " + register + "k" + e + " + " + k + " < u.k)"
                            : factors)
                    + ";");
        }
    }

    @Override
    boolean guarded() {
        return !sums.packed() && kernel.k().coefficient() % tile.depth() != 0;
    }
}
