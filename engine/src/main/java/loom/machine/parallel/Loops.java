package loom.machine.parallel;

import java.util.Optional;
import loom.graph.PointOp;

/** What computes products and functions: the same bits either way. */
enum Loops {
    /** Loops of plain Java; HotSpot makes vector code of those of products. */
    PLAIN,
    /** Vector instructions, for a JVM that was started with the module of {@link Vectors} and {@link VectorFunctions}. */
    VECTORS;

    /** Elements of a strip, one by one. Elements behind the last may be written, too. */
    @FunctionalInterface
    interface Function {
        void run(float[] o, float[] x, int n);
    }

    /** What is there, and fastest. */
    static Loops best() {
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return module && Vectors.present() ? VECTORS : PLAIN;
    }

    Product of(Operands operands) {
        return switch (this) {
            case PLAIN -> new RowProduct(operands);
            case VECTORS -> new TileProduct(operands);
        };
    }

    /** Floats of all panels of a right operand. */
    long panelFloats(int columns, int k) {
        return switch (this) {
            case PLAIN -> RowProduct.panelFloats(columns, k);
            case VECTORS -> TileProduct.panelFloats(columns, k);
        };
    }

    /** A function of one argument in vector instructions, if there is one. */
    Optional<Function> function(PointOp.UnaryKind kind) {
        return switch (this) {
            case PLAIN -> Optional.empty();
            case VECTORS ->
                switch (kind) {
                    case EXP -> Optional.of(VectorFunctions::exp);
                    case LOG -> Optional.of(VectorFunctions::log);
                    case TANH -> Optional.of(VectorFunctions::tanh);
                    case SIGMOID -> Optional.of(VectorFunctions::sigmoid);
                    case SOFTPLUS -> Optional.of(VectorFunctions::softplus);
                    case ERF -> Optional.of(VectorFunctions::erf);
                    case GELU -> Optional.of(VectorFunctions::gelu);
                    case SILU -> Optional.of(VectorFunctions::silu);
                    case NEG, ABS, SIN, COS, SQRT, RSQRT, FLOOR, NARROW -> Optional.empty();
                };
        };
    }
}
