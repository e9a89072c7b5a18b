package loom.machine.parallel;

/**
 * Patches of pictures that are never made: element (row, column) of a group is at {@code base + group · groups + taps[row] + starts[column]} of
 * {@code words}, which has {@link Convolution#SLACK} more. Starts ascend.
 */
record Windows(float[] words, int base, int groups, int[] taps, int[] starts, Pieces pieces) implements Right {
    /**
     * Columns whose elements are neighbours, up to a vector of them: those of piece i begin at column {@code columns[i]}, whose element is at
     * {@code starts[i]}. Pieces of columns from {@code j · lanes} on begin with number {@code first[j]}.
     */
    record Pieces(int[] columns, int[] starts, int[] first) {
        static Pieces of(int[] starts, int lanes) {
            int vectors = (starts.length + lanes - 1) / lanes;
            int[] columns = new int[starts.length];
            int[] from = new int[starts.length];
            int[] first = new int[vectors + 1];
            int count = 0;
            for (int c = 0; c < starts.length; c++) {
                if (c % lanes == 0) {
                    first[c / lanes] = count;
                }
                if (c % lanes == 0 || starts[c] != starts[c - 1] + 1) {
                    columns[count] = c;
                    from[count++] = starts[c];
                }
            }
            first[vectors] = count;
            return new Pieces(columns, from, first);
        }
    }

    /** Where tap 0 and start 0 of a group are. */
    int at(int group) {
        return base + group * groups;
    }
}
