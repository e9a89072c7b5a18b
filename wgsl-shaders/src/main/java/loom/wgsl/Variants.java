package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
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
 */
record Variants(Product product, Tiling tiling, boolean dots, Windows windows) {
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
        /** Always the shader for few rows or columns. */
        FEW,
        /** Always block by block of k. */
        BLOCKS
    }

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

    /** With fewer products of int8 a dispatch more takes longer than what it saves. */
    private static final long FEW_PRODUCTS = 1L << 27;

    /** Of rounded floats packing saves less: below so many products, or with fewer rows or columns, not what it takes. */
    private static final long FEW_FLOAT_PRODUCTS = 1L << 32;

    private static final int FEW_LINES = 1_024;

    /** Less k than this would be mostly filling. */
    private static final int FEW_PACKED = 64;

    /** What every WebGPU device can bind. */
    private static final int MOST_PACKED = 128 << 20;

    /** The dispatches of a kernel that is not a loop. */
    Choice choose(Program program, Kernel kernel) {
        return switch (kernel) {
            case Kernel.Pointwise p -> Choice.always(PointwiseWgsl.generate(program, p));
            case Kernel.Reduce r ->
                Choice.always(tiling == Tiling.NONE ? ReduceWgsl.simple(program, r) : ReduceWgsl.lanes(program, r));
            case Kernel.Copy c -> Choice.always(CopyWgsl.generate(program, c));
            case Kernel.Gather g -> Choice.always(GatherWgsl.generate(program, g));
            case Kernel.ScatterAdd s ->
                new Choice(
                        List.of(ScatterAddWgsl.generate(program, s)), batch -> ScatterAddWgsl.scratchWords(s, batch));
            case Kernel.MatMul m -> matMul(program, m, Optional.empty());
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
        return matMul(program, operand.product(), Optional.of(operand));
    }

    private Choice matMul(Program program, Kernel.MatMul kernel, Optional<CopiedOperand> windows) {
        // Block sums of a weight gradient are as many as its k, which the batch decides.
        boolean fixed = tiling != Tiling.BY_SHAPE
                || !(windows.isPresent() && kernel.k().batched()
                        || kernel.m().batched()
                        || kernel.n().batched()
                        || kernel.groups().batched());
        List<List<Stage>> stages = new ArrayList<>();
        for (int batch : fixed ? new int[] {1} : Choice.BATCHES) {
            stages.add(matMul(program, kernel, windows, batch));
        }
        return new Choice(
                stages,
                batch -> Math.toIntExact(
                        splits(kernel, windows.isPresent(), fixed ? 1 : Choice.floor(batch))
                                ? MatMulBlocksWgsl.words(kernel, batch)
                                : new Packing(kernel).words(batch)));
    }

    private List<Stage> matMul(Program program, Kernel.MatMul kernel, Optional<CopiedOperand> windows, int batch) {
        // Windows of groups that share the left operand are multiplied like one group with the columns of all.
        boolean merged = windows.isPresent() && kernel.sharedA();
        long m = kernel.m().at(batch);
        long n = kernel.n().at(batch) * (merged ? kernel.groups().at(batch) : 1L);
        long groups = merged ? 1 : kernel.groups().at(batch);
        boolean packed = packs(kernel.factors()) && kernel.k().coefficient() > 0;
        return switch (tiling) {
            case NONE -> simple(program, kernel, windows, packed && kernel.factors() == Factors.INT8);
            case SMALL -> tiles(program, kernel, windows, true, false);
            case LARGE -> tiles(program, kernel, windows, false, false);
            case SMALL_PACKED -> tiles(program, kernel, windows, true, packed);
            case LARGE_PACKED -> tiles(program, kernel, windows, false, packed);
            case FEW -> List.of(MatVecWgsl.generate(program, kernel, product, m <= n));
            case BLOCKS, BY_SHAPE -> {
                if (splits(kernel, windows.isPresent(), batch)) {
                    yield new MatMulBlocksWgsl(program, kernel, windows, product).stages();
                }
                if (tiling == Tiling.BLOCKS) {
                    yield simple(program, kernel, windows, false);
                }
                if (m < FEW_ROWS || n < FEW_ROWS) {
                    yield windows.isEmpty() && kernel.k().at(batch) > MatMulWgsl.BLOCK
                            ? List.of(MatVecWgsl.generate(program, kernel, product, m <= n))
                            : simple(program, kernel, windows, false);
                }
                boolean few = m <= MatMulTile.SMALL.rows()
                        || n <= MatMulTile.SMALL.columns()
                        || groups * MatMulTile.LARGE.tiles(m, n) < FEW_TILES;
                yield tiles(program, kernel, windows, few, packed && packingPays(kernel, batch));
            }
        };
    }

    private boolean splits(Kernel.MatMul kernel, boolean windows, int batch) {
        long m = kernel.m().at(batch);
        long n = kernel.n().at(batch);
        long elements = kernel.groups().at(batch) * m * n;
        int blocks = new Word.Tiles(kernel.k(), MatMulWgsl.BLOCK).count(batch);
        return switch (tiling) {
            case BLOCKS -> blocks > 0;
            case BY_SHAPE ->
                windows
                        ? elements <= FEW_ELEMENTS_OF_WINDOWS
                                && blocks >= MANY_BLOCKS
                                && MatMulBlocksWgsl.words(kernel, batch) <= MOST_WORDS_OF_WINDOWS
                        : elements <= FEW_ELEMENTS
                                && blocks >= (m < FEW_ROWS || n < FEW_ROWS ? MANY_BLOCKS_OF_FEW_ROWS : MANY_BLOCKS);
            case NONE, SMALL, LARGE, SMALL_PACKED, LARGE_PACKED, FEW -> false;
        };
    }

    private boolean packs(Factors factors) {
        return switch (factors) {
            case F32 -> false;
            case BF16, F16 -> true;
            case INT8 -> dots;
        };
    }

    private static boolean packingPays(Kernel.MatMul kernel, int batch) {
        long m = kernel.m().at(batch);
        long n = kernel.n().at(batch);
        long k = kernel.k().at(batch);
        long products = kernel.groups().at(batch) * m * n * k;
        boolean enough = kernel.factors() == Factors.INT8
                ? products >= FEW_PRODUCTS
                : products >= FEW_FLOAT_PRODUCTS && Math.min(m, n) >= FEW_LINES;
        return enough && k >= FEW_PACKED && new Packing(kernel).words(batch) <= MOST_PACKED / 4;
    }

    private List<Stage> simple(Program program, Kernel.MatMul kernel, Optional<CopiedOperand> windows, boolean packed) {
        Sums sums = new Sums(kernel.factors(), product, packed);
        Stage stage = MatMulWgsl.simple(program, kernel, windows, sums);
        return stages(program, kernel, windows, packed, stage);
    }

    private List<Stage> tiles(
            Program program, Kernel.MatMul kernel, Optional<CopiedOperand> windows, boolean small, boolean packed) {
        Sums sums = new Sums(kernel.factors(), product, packed);
        Stage stage = MatMulTilesWgsl.generate(program, kernel, windows, sums, tile(kernel, small, packed));
        return stages(program, kernel, windows, packed, stage);
    }

    private static MatMulTile tile(Kernel.MatMul kernel, boolean small, boolean packed) {
        if (!packed) {
            return small ? MatMulTile.SMALL : MatMulTile.LARGE;
        }
        if (kernel.factors() == Factors.INT8) {
            return small ? MatMulTile.SMALL_INT8 : MatMulTile.LARGE_INT8;
        }
        return MatMulTile.LARGE_ROUNDED;
    }

    private static List<Stage> stages(
            Program program, Kernel.MatMul kernel, Optional<CopiedOperand> windows, boolean packed, Stage product) {
        return packed ? List.of(new Packing(kernel).pack(program, windows), product) : List.of(product);
    }
}
