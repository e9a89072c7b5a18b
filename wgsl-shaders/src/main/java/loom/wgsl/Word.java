package loom.wgsl;

import java.util.function.IntUnaryOperator;
import loom.graph.Extent;
import loom.program.Program;

/** One uniform word of a dispatch: fixed when the program is prepared, or known once batch and trips are. */
sealed interface Word {
    /** {@code trips} are those of the enclosing loops, {@code row} the workgroups in one row of the dispatch. */
    int at(Program program, int batch, int[] trips, int row);

    record Constant(int bits) implements Word {
        @Override
        public int at(Program program, int batch, int[] trips, int row) {
            return bits;
        }
    }

    record Size(Extent extent) implements Word {
        @Override
        public int at(Program program, int batch, int[] trips, int row) {
            return extent.at(batch);
        }
    }

    /** A word that depends on nothing but the batch: it may count workgroups. */
    sealed interface Counted extends Word {
        int count(int batch);
    }

    /** Tiles of {@code tile} elements that cover an extent. */
    record Tiles(Extent extent, int tile) implements Counted {
        @Override
        public int at(Program program, int batch, int[] trips, int row) {
            return count(batch);
        }

        @Override
        public int count(int batch) {
            return (int) (((long) extent.at(batch) + tile - 1) / tile);
        }
    }

    /** A number of words, lines or workgroups. */
    record Count(IntUnaryOperator ofBatch) implements Counted {
        @Override
        public int at(Program program, int batch, int[] trips, int row) {
            return count(batch);
        }

        @Override
        public int count(int batch) {
            return ofBatch.applyAsInt(batch);
        }
    }

    /** Element offset of a buffer inside its slot: not 0 for slices of loops. */
    record Offset(int buffer) implements Word {
        @Override
        public int at(Program program, int batch, int[] trips, int row) {
            return program.offset(buffer, batch, trips);
        }
    }

    /** Dispatches have two dimensions, because one is limited to 65,535; the shader counts along rows of this length. */
    record Row() implements Word {
        @Override
        public int at(Program program, int batch, int[] trips, int row) {
            return row;
        }
    }
}
