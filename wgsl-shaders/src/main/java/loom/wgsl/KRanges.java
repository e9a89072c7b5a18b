package loom.wgsl;

import java.util.function.IntUnaryOperator;
import loom.graph.Extent;

/**
 * How workgroups that would be few share a long k out: each has a range of whole blocks of it and leaves the sum of every block in the
 * scratch slot, element by element, from where {@link MatMulTotalsWgsl} adds them in order. Where the sums of all blocks would take too much
 * memory, some blocks are done in each of several turns.
 *
 * @param elements of the product
 * @param tiles workgroups of one range
 * @param invocations of a workgroup
 */
record KRanges(Extent k, Extent elements, IntUnaryOperator tiles, int invocations, Limits limits) {
    /**
     * @param invocations in flight that keep a GPU busy: ranges are not shorter than that needs
     * @param words of the scratch slot, unless one block takes more
     */
    record Limits(int invocations, int words) {
        static final Limits USUAL = new Limits(1 << 17, 4 << 20);
    }

    int blocks(int batch) {
        return new Word.Tiles(k, MatMulWgsl.BLOCK).count(batch);
    }

    private int mostATurn(int batch) {
        return Math.max(1, Math.min(limits.words / elements.at(batch), blocks(batch)));
    }

    /** Blocks of a range. */
    private int each(int batch) {
        long ofOneRange = (long) tiles.applyAsInt(batch) * invocations;
        long wanted = (limits.invocations + ofOneRange - 1) / ofOneRange;
        return mostATurn(batch) / (int) Math.min(wanted, mostATurn(batch));
    }

    int turns(int batch) {
        int whole = mostATurn(batch) / each(batch) * each(batch);
        return mostATurn(batch) == blocks(batch) ? 1 : (blocks(batch) + whole - 1) / whole;
    }

    /** Ranges of a turn; the last turn may need fewer. */
    int ranges(int batch) {
        int of = turns(batch) * each(batch);
        return (blocks(batch) + of - 1) / of;
    }

    /** Blocks of a turn, but for the last one. */
    int blocksATurn(int batch) {
        return ranges(batch) * each(batch);
    }

    /** Words of the scratch slot. */
    int words(int batch) {
        return Math.multiplyExact(Math.min(blocksATurn(batch), blocks(batch)), elements.at(batch));
    }

    /** The word that is the length of a range. */
    Word step() {
        return new Word.Count(batch -> each(batch) * MatMulWgsl.BLOCK);
    }

    /** The word that is the first k of a turn. */
    Word begin() {
        return new Word.Turned((batch, turn) -> turn * blocksATurn(batch) * MatMulWgsl.BLOCK);
    }

    /** The word that is the end of a turn's k. */
    Word end() {
        return new Word.Turned((batch, turn) ->
                Math.toIntExact(Math.min((turn + 1L) * blocksATurn(batch) * MatMulWgsl.BLOCK, k.at(batch))));
    }
}
