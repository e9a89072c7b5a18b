package loom.machine.parallel;

/** What computes products: the same bits either way. */
enum ProductLoops {
    /** Loops of plain Java, of which HotSpot makes vector code. */
    ROWS,
    /** Tiles of vectors, for a JVM that was started with the module of {@link Vectors}. */
    TILES;

    /** What is there, and fastest. */
    static ProductLoops best() {
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return module && Vectors.present() ? TILES : ROWS;
    }

    Product of(Operands operands) {
        return switch (this) {
            case ROWS -> new RowProduct(operands);
            case TILES -> new TileProduct(operands);
        };
    }

    /** Floats of all panels of a right operand. */
    long panelFloats(int columns, int k) {
        return switch (this) {
            case ROWS -> RowProduct.panelFloats(columns, k);
            case TILES -> TileProduct.panelFloats(columns, k);
        };
    }
}
