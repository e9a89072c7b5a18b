package loom.wgsl;

import java.util.function.Consumer;

/** One operand of a tile: its part of {@code width} rows or columns lies in workgroup memory as vectors of four of them, by k. */
abstract class TileSide {
    final MatMulTile tile;
    final Sums sums;
    final int width;
    final String register;
    private final String memory;
    private final Consumer<String> text;

    /**
     * @param memory its name; names of registers begin with its first letter
     * @param text takes statements
     */
    TileSide(MatMulTile tile, Sums sums, String memory, int width, Consumer<String> text) {
        this.tile = tile;
        this.sums = sums;
        this.memory = memory;
        this.register = memory.substring(0, 1);
        this.width = width;
        this.text = text;
    }

    final void line(String statement) {
        text.accept(statement);
    }

    /** One array: arrays of arrays cost a tenth of the speed. */
    final String memory(int halves) {
        return "var<workgroup> " + memory + ": array<" + sums.read() + ", " + halves * tile.depth() * stride() + ">;";
    }

    /** One vector of padding a line: invocations store lines of one column without bank conflicts. */
    final int stride() {
        return width / 4 + (sums.packed() ? 0 : 1);
    }

    /** Vectors that an invocation brings. */
    final int vectors() {
        return width * tile.depth() / 4 / tile.invocations();
    }

    /** Which vectors an invocation brings, from row or column {@code first} on. */
    abstract void places(String first);

    /** The vectors of the part from {@code k} on into registers. */
    abstract void fetch(String k);

    /** Whether the last part may reach beyond k. There both operands are 0, as packed ones are: products of +0 change no sum. */
    abstract boolean guarded();

    /** Where vector {@code e} belongs: its k, its place along the other side, and its place in memory. */
    final void place(int e, boolean contiguous) {
        String own = "(local.x + " + e * tile.invocations() + "u)";
        int by = contiguous ? width / 4 : tile.depth();
        String k = register + "k" + e;
        String vector = register + "v" + e;
        line("let " + k + " = " + own + (contiguous ? " / " : " % ") + by + "u;");
        line("let " + vector + " = " + own + (contiguous ? " % " : " / ") + by + "u;");
        line("let " + register + "m" + e + " = " + k + " * " + stride() + "u + " + vector + ";");
    }

    /** Stores what was fetched as the part that begins with row {@code first} of workgroup memory. */
    final void store(int first) {
        for (int e = 0; e < vectors(); e++) {
            String at = register + "m" + e + (first == 0 ? "" : " + " + first * stride() + "u");
            line(memory + "[" + at + "] = " + register + e + ";");
        }
    }
}
