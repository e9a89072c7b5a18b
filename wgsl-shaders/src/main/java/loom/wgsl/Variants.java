package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import loom.graph.Factors;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Which of several right ways a device computes: found by the {@link Probe}.
 *
 * @param product how the inner loops of matmul are guarded
 * @param tiling which matmul shader; with NONE reductions are short, too
 * @param dots whether products of int8 are packed, for {@code dot4I8Packed}
 */
record Variants(Product product, Tiling tiling, boolean dots) {
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
            case Kernel.MatMul m -> matMul(program, m);
            case Kernel.Loop l -> throw new IllegalArgumentException("a loop has no shader of its own");
        };
    }

    private Choice matMul(Program program, Kernel.MatMul kernel) {
        boolean fixed = tiling != Tiling.BY_SHAPE
                || !(kernel.m().batched()
                        || kernel.n().batched()
                        || kernel.groups().batched());
        List<List<Stage>> stages = new ArrayList<>();
        for (int batch : fixed ? new int[] {1} : Choice.BATCHES) {
            stages.add(matMul(program, kernel, batch));
        }
        return new Choice(
                stages,
                batch -> Math.toIntExact(
                        splits(kernel, fixed ? 1 : Choice.floor(batch))
                                ? MatMulBlocksWgsl.words(kernel, batch)
                                : new Packing(kernel).words(batch)));
    }

    private List<Stage> matMul(Program program, Kernel.MatMul kernel, int batch) {
        long m = kernel.m().at(batch);
        long n = kernel.n().at(batch);
        long groups = kernel.groups().at(batch);
        boolean packed = packs(kernel.factors()) && kernel.k().coefficient() > 0;
        return switch (tiling) {
            case NONE -> simple(program, kernel, packed && kernel.factors() == Factors.INT8);
            case SMALL -> tiles(program, kernel, true, false);
            case LARGE -> tiles(program, kernel, false, false);
            case SMALL_PACKED -> tiles(program, kernel, true, packed);
            case LARGE_PACKED -> tiles(program, kernel, false, packed);
            case FEW -> List.of(MatVecWgsl.generate(program, kernel, product, m <= n));
            case BLOCKS ->
                splits(kernel, batch)
                        ? new MatMulBlocksWgsl(program, kernel, product).stages()
                        : simple(program, kernel, false);
            case BY_SHAPE -> {
                if (splits(kernel, batch)) {
                    yield new MatMulBlocksWgsl(program, kernel, product).stages();
                }
                if (m < FEW_ROWS || n < FEW_ROWS) {
                    yield kernel.k().at(batch) > MatMulWgsl.BLOCK
                            ? List.of(MatVecWgsl.generate(program, kernel, product, m <= n))
                            : simple(program, kernel, false);
                }
                boolean few = m <= MatMulTile.SMALL.rows()
                        || n <= MatMulTile.SMALL.columns()
                        || groups * MatMulTile.LARGE.tiles(m, n) < FEW_TILES;
                yield tiles(program, kernel, few, packed && packingPays(kernel, batch));
            }
        };
    }

    private boolean splits(Kernel.MatMul kernel, int batch) {
        long m = kernel.m().at(batch);
        long n = kernel.n().at(batch);
        int blocks = new Word.Tiles(kernel.k(), MatMulWgsl.BLOCK).count(batch);
        return switch (tiling) {
            case BLOCKS -> blocks > 0;
            case BY_SHAPE ->
                kernel.groups().at(batch) * m * n <= FEW_ELEMENTS
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

    private List<Stage> simple(Program program, Kernel.MatMul kernel, boolean packed) {
        Sums sums = new Sums(kernel.factors(), product, packed);
        return stages(program, kernel, packed, MatMulWgsl.simple(program, kernel, sums));
    }

    private List<Stage> tiles(Program program, Kernel.MatMul kernel, boolean small, boolean packed) {
        Sums sums = new Sums(kernel.factors(), product, packed);
        return stages(
                program, kernel, packed, MatMulTilesWgsl.generate(program, kernel, sums, tile(kernel, small, packed)));
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

    private static List<Stage> stages(Program program, Kernel.MatMul kernel, boolean packed, Stage product) {
        if (!packed) {
            return List.of(product);
        }
        return List.of(new Packing(kernel).pack(program), product);
    }

    /**
     * Dispatches, in order; where the batch decides one list for each of {@link #BATCHES}.
     *
     * @param scratch words of the scratch slot, for a batch whose stages use it
     */
    record Choice(List<List<Stage>> stages, IntUnaryOperator scratch) {
        /** A batch uses the stages of the largest of these that is not above it. */
        private static final int[] BATCHES = {1, 2, 8, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192};

        Choice {
            stages = List.copyOf(stages);
        }

        private static Choice always(Stage stage) {
            return new Choice(List.of(List.of(stage)), batch -> 0);
        }

        List<Stage> at(int batch) {
            return stages.get(Math.min(stages.size() - 1, place(batch)));
        }

        /** The one of {@link #BATCHES} whose stages a batch uses. */
        static int floor(int batch) {
            return BATCHES[place(batch)];
        }

        private static int place(int batch) {
            int i = BATCHES.length - 1;
            while (i > 0 && BATCHES[i] > batch) {
                i--;
            }
            return i;
        }
    }
}
