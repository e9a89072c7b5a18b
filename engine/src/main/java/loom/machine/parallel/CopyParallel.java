package loom.machine.parallel;

import java.util.Arrays;
import java.util.Optional;
import loom.program.Kernel;

/**
 * Moves words by the axis maps of the kernel, a run of zeros, of neighbours or of equally distant elements at a time. The runs of a sample
 * are the same for each, and are found once.
 */
final class CopyParallel implements Step {
    private static final int PARTS = 8;

    private final Kernel.Copy kernel;
    private int batch;
    private Moves moves;
    private Optional<Runs> runs = Optional.empty();

    CopyParallel(Kernel.Copy kernel) {
        this.kernel = kernel;
    }

    @Override
    public void run(Frame frame) {
        if (batch != frame.batch()) {
            batch = frame.batch();
            moves = new Moves(kernel, batch);
            runs = Runs.ofSample(moves);
        }
        Words words = words(frame);
        if (runs.isEmpty()) {
            frame.split(moves.rows(), moves.length(), (first, end, scratch) -> moves.run(first, end, words));
            return;
        }
        Runs sample = runs.get();
        int count = sample.count();
        long cost = (long) moves.sampleRows() * moves.length() / PARTS;
        frame.split(moves.samples() * PARTS, cost, (first, end, scratch) -> {
            for (int i = first; i < end; i++) {
                int part = i % PARTS;
                int from = (int) ((long) count * part / PARTS);
                int to = (int) ((long) count * (part + 1) / PARTS);
                int s = i / PARTS;
                sample.replay(from, to, s * moves.outSample(), s * moves.inSample(), words);
            }
        });
    }

    private Words words(Frame frame) {
        int from = frame.offset(kernel.in());
        int to = frame.offset(kernel.out());
        return frame.words(kernel.in()) instanceof float[] floats
                ? new FloatWords(floats, from, frame.floats(kernel.out()), to)
                : new IntWords(frame.ints(kernel.in()), from, frame.ints(kernel.out()), to);
    }

    /** What a run is made of; positions are of the output, elements of the input. */
    interface Words {
        void zeros(int position, int length);

        void elements(int position, int length, int element, int distance);
    }

    private record FloatWords(float[] in, int from, float[] out, int to) implements Words {
        @Override
        public void zeros(int position, int length) {
            if (length >= SHORT) {
                Arrays.fill(out, to + position, to + position + length, 0f);
                return;
            }
            for (int i = to + position; i < to + position + length; i++) {
                out[i] = 0f;
            }
        }

        @Override
        public void elements(int position, int length, int element, int distance) {
            int target = to + position;
            int source = from + element;
            if (distance == 1 && length >= SHORT) {
                System.arraycopy(in, source, out, target, length);
                return;
            }
            for (int i = 0; i < length; i++) {
                out[target + i] = in[source + i * distance];
            }
        }
    }

    private record IntWords(int[] in, int from, int[] out, int to) implements Words {
        @Override
        public void zeros(int position, int length) {
            Arrays.fill(out, to + position, to + position + length, 0);
        }

        @Override
        public void elements(int position, int length, int element, int distance) {
            for (int i = 0; i < length; i++) {
                out[to + position + i] = in[from + element + i * distance];
            }
        }
    }

    /** A call that copies costs as much as so many elements. */
    private static final int SHORT = 12;
}
