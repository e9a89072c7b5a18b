package loom.wgsl;

import java.util.function.Consumer;
import loom.program.CopiedOperand;

/**
 * The right operand of a tile, read where its copies would have read it. Vectors are of columns as far apart as vectors a line has, so that
 * neighbours read, and later write, what lies side by side in memory.
 */
final class CopiedSide extends TileSide {
    private final CopiedOperand operand;
    private final CopiedWgsl copied;
    private final boolean merged;

    /** @param merged whether columns are those of all groups, one after the other */
    CopiedSide(
            CopiedOperand operand,
            MatMulTile tile,
            Sums sums,
            CopiedWgsl copied,
            boolean merged,
            Consumer<String> text) {
        super(tile, sums, "right", tile.columns(), text);
        this.operand = operand;
        this.copied = copied;
        this.merged = merged;
    }

    /** All vectors of an invocation are of the same columns. */
    @Override
    void places(String first) {
        for (int e = 0; e < vectors(); e++) {
            place(e, true);
            line("var " + register + e + ": " + sums.read() + ";");
        }
        for (int c = 0; c < 4; c++) {
            String at = "c" + c;
            // Those behind the last column take what is there: their sums are not stored.
            line("let " + at + " = min(" + first + " + rv0 + " + c * width / 4 + "u, u.columns - 1u);");
            if (merged) {
                line("let " + at + "g = " + at + " / u.n;");
                copied.column(this::line, at, at + "g", "(" + at + " - " + at + "g * u.n)");
            } else {
                copied.column(this::line, at, "g", at);
            }
        }
    }

    @Override
    void fetch(String k) {
        for (int e = 0; e < vectors(); e++) {
            String own = "f" + e;
            line("let " + own + " = rk" + e + " + " + k + ";");
            copied.k(this::line, own, own);
            StringBuilder four = new StringBuilder("vec4<f32>(");
            for (int c = 0; c < 4; c++) {
                String condition = guarded() ? "(" + own + " < u.k)" : "";
                String value = copied.value(this::line, own + "c" + c, "c" + c, own, condition);
                four.append(c == 0 ? "" : ", ").append(value);
            }
            line(register + e + " = " + sums.factors(four.append(")").toString()) + ";");
        }
    }

    @Override
    boolean guarded() {
        return operand.product().k().coefficient() % tile.depth() != 0;
    }
}
