package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Which of several right ways a device computes: found by the {@link Probe}.
 *
 * @param product how the inner loops of matmul are guarded
 * @param tiling which matmul shader; with NONE reductions are short, too
 */
record Variants(Product product, Tiling tiling) {
    /** Choice of the matmul shader. */
    enum Tiling {
        /** By the matrices' shapes. */
        BY_SHAPE,
        /** Always the short shader without tiles: software adapters take seconds to compile a large one. */
        NONE,
        SMALL,
        LARGE,
        /** Always the shader for few rows or columns. */
        FEW
    }

    /** Below this many tiles a device with some hundred units is not busy: smaller tiles are faster. */
    private static final long FEW_TILES = 96;

    /** Fewer rows than this waste most of a tile. */
    private static final int FEW_ROWS = 8;

    /** Sums of no more blocks than this are not worth splitting. */
    private static final int FEW_BLOCKS = 2;

    /** The dispatches of a kernel that is not a loop, in order. */
    List<Choice> choose(Program program, Kernel kernel) {
        return switch (kernel) {
            case Kernel.Pointwise p -> always(PointwiseWgsl.generate(program, p));
            case Kernel.Reduce r ->
                always(tiling == Tiling.NONE ? ReduceWgsl.simple(program, r) : ReduceWgsl.lanes(program, r));
            case Kernel.Copy c -> always(CopyWgsl.generate(program, c));
            case Kernel.Gather g -> always(GatherWgsl.generate(program, g));
            case Kernel.ScatterAdd s ->
                always(ScatterAddWgsl.generate(program, s).toArray(new Stage[0]));
            case Kernel.MatMul m -> List.of(matMul(program, m));
            case Kernel.Loop l -> throw new IllegalArgumentException("a loop has no shader of its own");
        };
    }

    /** Stages whatever the batch. */
    private static List<Choice> always(Stage... stages) {
        List<Choice> all = new ArrayList<>();
        for (Stage s : stages) {
            all.add(new Choice(List.of(s)));
        }
        return all;
    }

    private Choice matMul(Program program, Kernel.MatMul kernel) {
        boolean fixed = tiling != Tiling.BY_SHAPE
                || !(kernel.m().batched()
                        || kernel.n().batched()
                        || kernel.groups().batched());
        List<Stage> stages = new ArrayList<>();
        for (int batch : fixed ? new int[] {1} : Choice.BATCHES) {
            stages.add(matMul(program, kernel, batch));
        }
        return new Choice(stages);
    }

    private Stage matMul(Program program, Kernel.MatMul kernel, int batch) {
        long m = kernel.m().at(batch);
        long n = kernel.n().at(batch);
        long groups = kernel.groups().at(batch);
        return switch (tiling) {
            case NONE -> MatMulWgsl.simple(program, kernel, product);
            case SMALL -> MatMulTilesWgsl.generate(program, kernel, product, MatMulTile.SMALL);
            case LARGE -> MatMulTilesWgsl.generate(program, kernel, product, MatMulTile.LARGE);
            case FEW -> MatVecWgsl.generate(program, kernel, product, m <= n);
            case BY_SHAPE -> {
                if (m < FEW_ROWS || n < FEW_ROWS) {
                    yield kernel.k().at(batch) > FEW_BLOCKS * MatMulWgsl.BLOCK
                            ? MatVecWgsl.generate(program, kernel, product, m <= n)
                            : MatMulWgsl.simple(program, kernel, product);
                }
                boolean few = m <= MatMulTile.SMALL.rows()
                        || n <= MatMulTile.SMALL.columns()
                        || groups * MatMulTile.LARGE.tiles(m, n) < FEW_TILES;
                yield MatMulTilesWgsl.generate(program, kernel, product, few ? MatMulTile.SMALL : MatMulTile.LARGE);
            }
        };
    }

    /** One dispatch: a stage, or where the batch decides one for each of {@link #BATCHES}. */
    record Choice(List<Stage> stages) {
        /** A batch uses the stage of the largest of these that is not above it. */
        private static final int[] BATCHES = {1, 8, 32, 128, 512, 2_048, 8_192};

        Choice {
            stages = List.copyOf(stages);
        }

        Stage at(int batch) {
            int i = stages.size() - 1;
            while (i > 0 && BATCHES[i] > batch) {
                i--;
            }
            return stages.get(i);
        }
    }
}
