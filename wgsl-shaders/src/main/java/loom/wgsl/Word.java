package loom.wgsl;

import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import loom.graph.Extent;
import loom.program.Program;

/** One uniform word of a dispatch: fixed when the program is prepared, or known once the dispatch is planned. */
sealed interface Word {
    int at(Dispatched dispatch);

    /**
     * A dispatch of a run.
     *
     * @param trips those of the enclosing loops
     * @param turn how often the same stages of the same kernel were dispatched before, as {@link Way} says
     * @param row the workgroups in one row
     */
    record Dispatched(Program program, int batch, int[] trips, int turn, int row) {}

    record Constant(int bits) implements Word {
        @Override
        public int at(Dispatched dispatch) {
            return bits;
        }
    }

    record Size(Extent extent) implements Word {
        @Override
        public int at(Dispatched dispatch) {
            return extent.at(dispatch.batch());
        }
    }

    /** A word that depends on nothing but the batch: it may count workgroups. */
    sealed interface Counted extends Word {
        int count(int batch);

        @Override
        default int at(Dispatched dispatch) {
            return count(dispatch.batch());
        }
    }

    /** Tiles of {@code tile} elements that cover an extent. */
    record Tiles(Extent extent, int tile) implements Counted {
        @Override
        public int count(int batch) {
            return (int) (((long) extent.at(batch) + tile - 1) / tile);
        }
    }

    /** A number of words, lines or workgroups. */
    record Count(IntUnaryOperator ofBatch) implements Counted {
        @Override
        public int count(int batch) {
            return ofBatch.applyAsInt(batch);
        }
    }

    /** A number that is another one each turn. */
    record Turned(IntBinaryOperator ofBatchAndTurn) implements Word {
        @Override
        public int at(Dispatched dispatch) {
            return ofBatchAndTurn.applyAsInt(dispatch.batch(), dispatch.turn());
        }
    }

    /** Element offset of a buffer inside its slot: not 0 for slices of loops. */
    record Offset(int buffer) implements Word {
        @Override
        public int at(Dispatched dispatch) {
            return dispatch.program().offset(buffer, dispatch.batch(), dispatch.trips());
        }
    }

    /** Dispatches have two dimensions, because one is limited to 65,535; the shader counts along rows of this length. */
    record Row() implements Word {
        @Override
        public int at(Dispatched dispatch) {
            return dispatch.row();
        }
    }
}
