package loom.machine.parallel;

import java.util.Arrays;
import java.util.Optional;

/** The runs of one sample of a copy, neighbours joined; four numbers each: position, length, element (−1: zeros) and distance. */
final class Runs implements CopyParallel.Words {
    /** More are found anew each time. */
    private static final int MOST = 1 << 16;

    private static final int FIELDS = 4;
    private static final int ZEROS = -1;

    private int[] fields = new int[FIELDS * 16];
    private int count;

    private Runs() {}

    /** Those of the first sample, unless there are too many. */
    static Optional<Runs> ofSample(Moves moves) {
        Runs runs = new Runs();
        for (int row = 0; row < moves.sampleRows(); row++) {
            moves.run(row, row + 1, runs);
            if (runs.count > MOST) {
                return Optional.empty();
            }
        }
        return Optional.of(runs);
    }

    int count() {
        return count;
    }

    @Override
    public void zeros(int position, int length) {
        add(position, length, ZEROS, 0);
    }

    @Override
    public void elements(int position, int length, int element, int distance) {
        add(position, length, element, length == 1 ? 1 : distance);
    }

    private void add(int position, int length, int element, int distance) {
        int last = FIELDS * (count - 1);
        if (count > 0 && fields[last] + fields[last + 1] == position && fields[last + 3] == distance) {
            int next = fields[last + 2] + fields[last + 1];
            if (distance == 0 ? element == ZEROS && fields[last + 2] == ZEROS : distance == 1 && element == next) {
                fields[last + 1] += length;
                return;
            }
        }
        int at = FIELDS * count++;
        if (at == fields.length) {
            fields = Arrays.copyOf(fields, 2 * at);
        }
        fields[at] = position;
        fields[at + 1] = length;
        fields[at + 2] = element;
        fields[at + 3] = distance;
    }

    /** Runs {@code first} to {@code end} for a sample that lies so far from the first one. */
    void replay(int first, int end, int positions, int elements, CopyParallel.Words words) {
        for (int at = FIELDS * first; at < FIELDS * end; at += FIELDS) {
            if (fields[at + 2] == ZEROS) {
                words.zeros(positions + fields[at], fields[at + 1]);
            } else {
                words.elements(positions + fields[at], fields[at + 1], elements + fields[at + 2], fields[at + 3]);
            }
        }
    }
}
