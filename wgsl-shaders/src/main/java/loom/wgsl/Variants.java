package loom.wgsl;

import java.util.Optional;
import loom.graph.Factors;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Which of several right ways a device computes: found by the {@link Probe}.
 *
 * @param product how the inner loops of matmul are guarded
 * @param tiling which matmul shader; with NONE reductions are short, too
 * @param dots whether products of int8 are packed, for {@code dot4I8Packed}
 * @param windows whether products read the windows of convolutions where they lie
 * @param limits of products whose tiles have ranges of k
 */
record Variants(Product product, Tiling tiling, boolean dots, Windows windows, KRanges.Limits limits) {
    Variants(Product product, Tiling tiling, boolean dots, Windows windows) {
        this(product, tiling, dots, windows, KRanges.Limits.USUAL);
    }

    Variants(Product product, Tiling tiling, boolean dots) {
        this(product, tiling, dots, Windows.IN_PLACE);
    }

    /** What a product does with windows. */
    enum Windows {
        /** It reads them where they lie. Only the shader for few rows does not. */
        IN_PLACE,
        /** It reads copies. */
        COPIED
    }

    /** Choice of the matmul shader. */
    enum Tiling {
        /** By the matrices' shapes. */
        BY_SHAPE,
        /** Always the short shader without tiles: software adapters take seconds to compile a large one. */
        NONE,
        SMALL,
        LARGE,
        /** As SMALL and LARGE, of packed operands where there are such. */
        SMALL_PACKED,
        LARGE_PACKED,
        /** Tiles with ranges of k, as SMALL and of a size between. */
        SMALL_RANGES,
        MEDIUM_RANGES,
        /** Always the shader for few rows or columns. */
        FEW,
        /** Always block by block of k. */
        BLOCKS
    }

    /** The dispatches of a kernel that is not a loop. */
    Choice choose(Program program, Kernel kernel) {
        return switch (kernel) {
            case Kernel.Pointwise p -> Choice.always(PointwiseWgsl.generate(program, p));
            case Kernel.Reduce r ->
                Choice.always(tiling == Tiling.NONE ? ReduceWgsl.simple(program, r) : ReduceWgsl.lanes(program, r));
            case Kernel.Copy c -> Choice.always(CopyWgsl.generate(program, c));
            case Kernel.Gather g -> Choice.always(GatherWgsl.generate(program, g));
            case Kernel.ScatterAdd s -> Choice.always(ScatterAddWgsl.generate(program, s));
            case Kernel.MatMul m -> new MatMulWays(program, m, Optional.empty(), this).choose();
            case Kernel.Loop l -> throw new IllegalArgumentException("a loop has no shader of its own");
        };
    }

    /** Whether products read windows where they lie. */
    boolean readsWindows() {
        return windows == Windows.IN_PLACE && tiling != Tiling.FEW;
    }

    /** The dispatches of a product that reads windows where they lie. */
    Choice choose(Program program, CopiedOperand operand) {
        if (!readsWindows()) {
            throw new IllegalStateException("these windows are copied");
        }
        return new MatMulWays(program, operand.product(), Optional.of(operand), this).choose();
    }

    /** Whether there are shaders that take operands packed. */
    boolean packs(Factors factors) {
        return switch (factors) {
            case F32 -> false;
            case BF16, F16 -> true;
            case INT8 -> dots;
        };
    }
}
