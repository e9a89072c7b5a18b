package loom.wgsl;

import java.util.Optional;
import loom.graph.Factors;
import loom.program.CopiedOperand;
import loom.program.Kernel;

/**
 * Products whose shaders differ in little more than numbers: what a {@link Probe} looks at once, by a small product of this kind.
 *
 * @param packed whether both operands are packed before
 * @param right how the right operand is read
 * @param sharedA whether all groups have one left operand; they do not share both
 * @param m rows of the small product: more than a tile has, or few; a multiple of four if that makes another shader
 * @param k its depth: more than two blocks, and a multiple of what shaders read or stage at a time if that of the kind is: they look less at its end
 */
record ProductKind(
        Variants.Tiling tiling,
        Factors factors,
        boolean packed,
        Right right,
        boolean transposeA,
        boolean transposeB,
        boolean sharedA,
        boolean sharedB,
        int m,
        int n,
        int k)
        implements Feature {
    private static final int FEW = 3;

    /** How the right operand of a product is read. */
    enum Right {
        MATRIX,
        /** Where it was to be copied from, as windows. */
        WINDOWS,
        /** As windows with zeros between the elements. */
        WINDOWS_WITH_GAPS
    }

    /** @param rows with {@link Variants.Tiling#FEW}, whether the left operand's rows are the few; otherwise the right one's columns are */
    static ProductKind of(
            Kernel.MatMul kernel,
            Optional<CopiedOperand> windows,
            Variants.Tiling tiling,
            boolean packed,
            boolean rows) {
        Right right = windows.map(ProductKind::right).orElse(Right.MATRIX);
        // Windows lie where they lie, whatever their copy would have been.
        boolean matrix = right == Right.MATRIX;
        boolean transposeA = kernel.transposeA();
        boolean transposeB = matrix && kernel.transposeB();
        // Only lines that lie side by side are read four at a time.
        boolean vectors = tiling != Variants.Tiling.NONE && tiling != Variants.Tiling.BLOCKS;
        boolean foursOfA = vectors && transposeA && kernel.m().coefficient() % 4 == 0;
        boolean foursOfB = vectors && matrix && !transposeB && kernel.n().coefficient() % 4 == 0;
        boolean few = tiling == Variants.Tiling.FEW;
        MatMulTile tile = tile(tiling);
        return new ProductKind(
                tiling,
                kernel.factors(),
                packed,
                right,
                transposeA,
                transposeB,
                kernel.sharedA(),
                matrix && kernel.sharedB(),
                (few ? rows ? 0 : 8 : tile.rows()) + (foursOfA ? 4 : FEW),
                (few ? rows ? 8 : 0 : tile.columns()) + (foursOfB ? 4 : FEW),
                depth(tiling, kernel.k().coefficient()));
    }

    /** With which a small product of this kind is computed as large ones are. */
    Variants variants(Product product) {
        // So that block sums of the larger of them do not fit the scratch slot all at once.
        KRanges.Limits limits = new KRanges.Limits(KRanges.Limits.USUAL.invocations(), 10_000);
        return new Variants(product, tiling, packed, Variants.Windows.IN_PLACE, limits);
    }

    /** A convolution of this kind, whose filters all groups share; or, with a transposed left operand that they do not share, the gradient of its filters. */
    ProductKind of(Right windows, boolean gradient) {
        return new ProductKind(
                tiling, factors, packed, windows, gradient, false, !gradient, false, m, n, depth(tiling, k));
    }

    private static Right right(CopiedOperand windows) {
        for (Kernel.Axis axis : windows.axes()) {
            if (axis.dilation() > 1) {
                return Right.WINDOWS_WITH_GAPS;
            }
        }
        return Right.WINDOWS;
    }

    /** Depth of a small product: of the shader for few rows as many blocks as a workgroup shares out at most. */
    private static int depth(Variants.Tiling tiling, int k) {
        return switch (tiling) {
            case BY_SHAPE -> throw new IllegalArgumentException("no shape has every shape's shader");
            case NONE, BLOCKS -> depth(2, k);
            case FEW -> depth(31, k, MatMulWgsl.BLOCK, 4);
            case SMALL, LARGE, SMALL_PACKED, LARGE_PACKED, SMALL_RANGES, MEDIUM_RANGES -> depth(2, k, 32, 16);
        };
    }

    /** @param parts of k that make other shaders if nothing is left over */
    private static int depth(int blocks, int k, int... parts) {
        for (int part : parts) {
            if (k % part == 0) {
                return blocks * MatMulWgsl.BLOCK + part;
            }
        }
        return blocks * MatMulWgsl.BLOCK + 34;
    }

    /** How many channels with so many taps each make a small product of this depth. */
    int channels(int taps) {
        int channels = 2 * MatMulWgsl.BLOCK / taps + 1;
        while (depth(tiling, channels * taps) != k) {
            channels++;
        }
        return channels;
    }

    /** The shaders without tiles have no more than this in a workgroup. */
    private static MatMulTile tile(Variants.Tiling tiling) {
        return switch (tiling) {
            case BY_SHAPE -> throw new IllegalArgumentException("no shape has every shape's shader");
            case NONE, SMALL, SMALL_RANGES, FEW, BLOCKS -> MatMulTile.SMALL;
            case LARGE -> MatMulTile.LARGE;
            case MEDIUM_RANGES -> MatMulTile.MEDIUM;
            // Not smaller than that of any factors.
            case SMALL_PACKED, LARGE_PACKED -> MatMulTile.LARGE_INT8;
        };
    }
}
