package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Factors;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/** The ways of a product: which shader is the fastest for its shape, if the tiling does not say one. All give the same bits. */
final class MatMulWays {
    /** Below this many tiles a device with some hundred units is not busy: smaller tiles are faster. */
    private static final long FEW_TILES = 96;

    /** Fewer rows than this waste most of a tile. */
    private static final int FEW_ROWS = 8;

    /** With no more elements than this, of so many blocks each, most of a GPU would be idle if not every block had its own invocation. */
    private static final long FEW_ELEMENTS = 1_024;

    /** As many where windows are read where they lie: the shader for few rows would need them side by side. */
    private static final long FEW_ELEMENTS_OF_WINDOWS = 32_768;

    /** Of block sums; with more, memory would be what reading windows in place has spared. Batches up to the next of {@link Choice} have some times as many. */
    private static final long MOST_WORDS_OF_WINDOWS = 4 << 20;

    private static final int MANY_BLOCKS = 4;

    /** The shader for few rows shares blocks out, too, though not among workgroups. */
    private static final int MANY_BLOCKS_OF_FEW_ROWS = 32;

    /** As many small tiles have a unit each, and one unit does all of k; with more, storing the sums of all blocks takes what ranges of k save. */
    private static final long FEW_TILES_OF_RANGES = 160;

    /** With fewer, a second dispatch takes what ranges of k save. */
    private static final int MANY_BLOCKS_OF_RANGES = 12;

    /** A k of fewer rows of each sample has not many blocks in any usual batch: shaders for ranges of it would be compiled for nothing. */
    private static final int MANY_ROWS_OF_A_SAMPLE = 16;

    /** With fewer products of int8 a dispatch more takes longer than what it saves. */
    private static final long FEW_PRODUCTS = 1L << 27;

    /** Of rounded floats packing saves less: below so many products, or with fewer rows or columns, not what it takes. */
    private static final long FEW_FLOAT_PRODUCTS = 1L << 32;

    private static final int FEW_LINES = 1_024;

    /** Less k than this would be mostly filling. */
    private static final int FEW_PACKED = 64;

    /** What every WebGPU device can bind. */
    private static final int MOST_PACKED = 128 << 20;

    private final Program program;
    private final Kernel.MatMul kernel;
    private final Optional<CopiedOperand> windows;
    private final Variants variants;

    /** Whether there are shaders that take the operands packed. */
    private final boolean packs;

    /** @param windows the right operand, if it is to be read where it was to be copied from */
    MatMulWays(Program program, Kernel.MatMul kernel, Optional<CopiedOperand> windows, Variants variants) {
        this.program = program;
        this.kernel = kernel;
        this.windows = windows;
        this.variants = variants;
        this.packs = variants.packs(kernel.factors()) && kernel.k().coefficient() > 0;
    }

    /** What a batch makes of the matrices; columns of groups that tiles share are those of one. */
    private record Size(long groups, long m, long n, long k) {
        long elements() {
            return groups * m * n;
        }

        long blocks() {
            return (k + MatMulWgsl.BLOCK - 1) / MatMulWgsl.BLOCK;
        }

        long tiles(MatMulTile tile) {
            return groups * tile.tiles(m, n);
        }

        boolean hasFewRows() {
            return m < FEW_ROWS || n < FEW_ROWS;
        }
    }

    private Size size(int batch) {
        // Windows of groups that share the left operand are multiplied like one group with the columns of all.
        boolean merged = windows.isPresent() && kernel.sharedA();
        long groups = kernel.groups().at(batch);
        return new Size(
                merged ? 1 : groups,
                kernel.m().at(batch),
                kernel.n().at(batch) * (merged ? groups : 1),
                kernel.k().at(batch));
    }

    Choice choose() {
        List<Way> ways = new ArrayList<>();
        for (int batch : batchDecides() ? Choice.BATCHES : new int[] {1}) {
            ways.add(at(batch));
        }
        return new Choice(ways);
    }

    private boolean batchDecides() {
        boolean manyRows = windows.isPresent()
                || kernel.k().coefficient() >= MANY_ROWS_OF_A_SAMPLE
                        && size(1).tiles(MatMulTile.SMALL) <= FEW_TILES_OF_RANGES;
        return variants.tiling() == Variants.Tiling.BY_SHAPE
                && (kernel.m().batched()
                        || kernel.n().batched()
                        || kernel.groups().batched()
                        || kernel.k().batched() && manyRows);
    }

    private Way at(int batch) {
        return switch (variants.tiling()) {
            case BY_SHAPE -> byShape(batch);
            case NONE -> simple(packs && kernel.factors() == Factors.INT8);
            case SMALL -> tiles(true, false);
            case LARGE -> tiles(false, false);
            case SMALL_PACKED -> tiles(true, packs);
            case LARGE_PACKED -> tiles(false, packs);
            case SMALL_RANGES, MEDIUM_RANGES -> ranges(variants.tiling());
            case FEW -> fewRows(size(batch));
            case BLOCKS -> kernel.k().coefficient() > 0 ? blocks() : simple(false);
        };
    }

    private Way byShape(int batch) {
        Size s = size(batch);
        boolean packed = packs && packingPays(s, batch);
        if (isOfFewElements(s, FEW_ELEMENTS)) {
            return blocks();
        }
        if (!packed && isOfFewTiles(s)) {
            return ranges();
        }
        if (windows.isPresent() && isOfFewElements(s, FEW_ELEMENTS_OF_WINDOWS)) {
            return blocks();
        }
        if (s.hasFewRows()) {
            return windows.isEmpty() && s.k > MatMulWgsl.BLOCK ? fewRows(s) : simple(false);
        }
        boolean small = s.m <= MatMulTile.SMALL.rows()
                || s.n <= MatMulTile.SMALL.columns()
                || s.tiles(MatMulTile.LARGE) < FEW_TILES;
        return tiles(small, packed);
    }

    private boolean isOfFewElements(Size s, long most) {
        int many = windows.isEmpty() && s.hasFewRows() ? MANY_BLOCKS_OF_FEW_ROWS : MANY_BLOCKS;
        return s.elements() <= most
                && s.blocks() >= many
                && (windows.isEmpty() || s.elements() * s.blocks() <= MOST_WORDS_OF_WINDOWS);
    }

    private boolean isOfFewTiles(Size s) {
        // Where the other way would be blocks apart, too, it has two dispatches as well.
        boolean few = windows.isPresent() && s.elements() <= FEW_ELEMENTS_OF_WINDOWS;
        return !s.hasFewRows()
                && s.blocks() >= (few ? MANY_BLOCKS : MANY_BLOCKS_OF_RANGES)
                && s.tiles(MatMulTile.SMALL) <= FEW_TILES_OF_RANGES;
    }

    /** In the same tiles for every batch, so that there is one shader of ranges to compile. */
    private Way ranges() {
        Size s = size(1);
        return s.m <= MatMulTile.SMALL.rows() || s.n <= MatMulTile.SMALL.columns()
                ? ranges(Variants.Tiling.SMALL_RANGES)
                : ranges(Variants.Tiling.MEDIUM_RANGES);
    }

    private boolean packingPays(Size s, int batch) {
        long products = s.elements() * s.k;
        // Of one group: merged ones have the columns of all.
        long n = kernel.n().at(batch);
        boolean enough = kernel.factors() == Factors.INT8
                ? products >= FEW_PRODUCTS
                : products >= FEW_FLOAT_PRODUCTS && Math.min(s.m, n) >= FEW_LINES;
        return enough && s.k >= FEW_PACKED && new Packing(kernel).words(batch) <= MOST_PACKED / 4;
    }

    private Way fewRows(Size s) {
        boolean rows = s.m <= s.n;
        return Way.of(MatVecWgsl.generate(program, kernel, variants.product(), rows))
                .of(ProductKind.of(kernel, windows, Variants.Tiling.FEW, false, rows));
    }

    private Way blocks() {
        Way way = new MatMulBlocksWgsl(program, kernel, windows, variants.product()).way();
        return kind(Variants.Tiling.BLOCKS, false, way);
    }

    private Way simple(boolean packed) {
        return packed(Variants.Tiling.NONE, packed, MatMulWgsl.simple(program, kernel, windows, sums(packed)));
    }

    private Way tiles(boolean small, boolean packed) {
        Stage stage = MatMulTilesWgsl.generate(program, kernel, windows, sums(packed), tile(small, packed));
        Variants.Tiling unpacked = small ? Variants.Tiling.SMALL : Variants.Tiling.LARGE;
        Variants.Tiling tiling = small ? Variants.Tiling.SMALL_PACKED : Variants.Tiling.LARGE_PACKED;
        return packed(packed ? tiling : unpacked, packed, stage);
    }

    /** No k has no ranges. */
    private Way ranges(Variants.Tiling tiling) {
        if (kernel.k().coefficient() == 0) {
            return simple(false);
        }
        MatMulTile tile = tiling == Variants.Tiling.SMALL_RANGES ? MatMulTile.SMALL : MatMulTile.MEDIUM;
        return kind(
                tiling,
                false,
                MatMulTilesWgsl.inRanges(program, kernel, windows, variants.product(), tile, variants.limits()));
    }

    private Way kind(Variants.Tiling tiling, boolean packed, Way way) {
        return way.of(ProductKind.of(kernel, windows, tiling, packed, false));
    }

    private Sums sums(boolean packed) {
        return new Sums(kernel.factors(), variants.product(), packed);
    }

    private MatMulTile tile(boolean small, boolean packed) {
        if (!packed) {
            return small ? MatMulTile.SMALL : MatMulTile.LARGE;
        }
        if (kernel.factors() == Factors.INT8) {
            return small ? MatMulTile.SMALL_INT8 : MatMulTile.LARGE_INT8;
        }
        return MatMulTile.LARGE_ROUNDED;
    }

    /** The product, after its operands are packed if it takes them so. */
    private Way packed(Variants.Tiling tiling, boolean packed, Stage stage) {
        Packing packing = new Packing(kernel);
        List<Stage> stages = packed ? List.of(packing.pack(program, windows), stage) : List.of(stage);
        return kind(tiling, packed, new Way(stages, batch -> packed ? Math.toIntExact(packing.words(batch)) : 0));
    }
}
