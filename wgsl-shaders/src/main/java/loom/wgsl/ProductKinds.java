package loom.wgsl;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.Kernel;

/** All kinds of products, as far as their shaders differ in more than what they do with an operand's borders: to look at a whole device. */
final class ProductKinds {
    private ProductKinds() {}

    /** Those that a device with these variants may be given. */
    static List<ProductKind> of(Variants variants) {
        boolean simple = variants.tiling() == Variants.Tiling.NONE;
        Set<Variants.Tiling> tilings =
                simple ? EnumSet.of(Variants.Tiling.NONE) : EnumSet.complementOf(EnumSet.of(Variants.Tiling.BY_SHAPE));
        List<ProductKind> all = new ArrayList<>();
        for (Variants.Tiling tiling : tilings) {
            switch (tiling) {
                case BY_SHAPE -> throw new IllegalStateException("that of a shape is another one");
                case SMALL_PACKED, LARGE_PACKED -> {
                    addPacked(all, tiling, Factors.BF16);
                    addPacked(all, tiling, Factors.F16);
                    if (variants.dots()) {
                        addPacked(all, tiling, Factors.INT8);
                    }
                }
                case NONE, SMALL, LARGE, SMALL_RANGES, MEDIUM_RANGES, FEW, BLOCKS -> {
                    add(all, tiling);
                    if (simple && variants.dots()) {
                        addPacked(all, tiling, Factors.INT8);
                    }
                }
            }
        }
        return all;
    }

    private static void add(List<ProductKind> all, Variants.Tiling tiling) {
        // What lies how is the same text in all tiles, which take long to compile.
        boolean longOne = tiling == Variants.Tiling.LARGE
                || tiling == Variants.Tiling.SMALL_RANGES
                || tiling == Variants.Tiling.MEDIUM_RANGES;
        for (int i = 0; i < 4; i += longOne ? 3 : 1) {
            all.add(kind(tiling, Factors.F32, false, i));
        }
        for (Factors factors : List.of(Factors.BF16, Factors.F16, Factors.INT8)) {
            all.add(kind(tiling, factors, false, 0));
        }
        if (tiling != Variants.Tiling.FEW) {
            ProductKind kind = kind(tiling, Factors.F32, false, 0);
            all.add(kind.of(ProductKind.Right.WINDOWS, false));
            all.add(kind.of(ProductKind.Right.WINDOWS, true));
            all.add(kind.of(ProductKind.Right.WINDOWS_WITH_GAPS, false));
        }
    }

    private static void addPacked(List<ProductKind> all, Variants.Tiling tiling, Factors factors) {
        ProductKind kind = kind(tiling, factors, true, 0);
        all.add(kind);
        all.add(kind.of(ProductKind.Right.WINDOWS, false));
    }

    /** With every operand lying along k and not, of every group and shared, and with sizes that are multiples of four and not. */
    private static ProductKind kind(Variants.Tiling tiling, Factors factors, boolean packed, int i) {
        boolean left = (i & 1) != 0;
        boolean right = (i & 2) != 0;
        Extent lines = Extent.of(left == right ? 5 : 8);
        Extent k = Extent.of(right ? 64 : 5);
        boolean sharedA = right && !left;
        boolean sharedB = left && !right;
        Kernel.MatMul product =
                new Kernel.MatMul(0, 1, 2, left, right, sharedA, sharedB, Extent.of(2), lines, lines, k, factors, 0);
        return ProductKind.of(product, Optional.empty(), tiling, packed, left);
    }
}
