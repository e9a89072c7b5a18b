package loom.wgsl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.machine.DeviceException;
import loom.program.Program;

/**
 * Everything a run dispatches for one batch: loops unrolled, the uniform words of all dispatches in one buffer. Made once a
 * batch; running then only submits it.
 *
 * @param stages the stages it uses, each once
 * @param words uniform words, each step's from a multiple of 256 bytes on, as dynamic offsets must be
 */
record Plan(List<Stage> stages, List<Step> steps, int[] words) {
    private static final int ALIGNMENT = 64;

    /** Bound of an unrolled program: more dispatches take longer than a browser lets a GPU be busy. */
    static final int MAX_STEPS = 1 << 18;

    /**
     * @param stage position in {@link Plan#stages}
     * @param offset bytes of this dispatch's words
     */
    record Step(int stage, int offset, int x, int y) {}

    static Plan of(Layout layout, int batch) {
        Maker m = new Maker(layout.program(), batch);
        m.add(layout.items());
        layout.commits().forEach(m::add);
        return new Plan(
                List.copyOf(m.stages), List.copyOf(m.steps), Arrays.copyOf(m.words, Math.max(m.used, ALIGNMENT)));
    }

    private static final class Maker {
        private final Program program;
        private final int batch;
        private final int[] trips;
        private final List<Stage> stages = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private int last;
        private int[] words = new int[1024];
        private int used;

        Maker(Program program, int batch) {
            this.program = program;
            this.batch = batch;
            this.trips = new int[program.loopDepth()];
        }

        void add(List<Layout.Item> items) {
            for (Layout.Item i : items) {
                switch (i) {
                    case Layout.Single s -> add(s.choice().at(batch));
                    case Layout.Repeat r -> {
                        for (int t = 0; t < r.loop().trips(); t++) {
                            trips[r.loop().depth()] =
                                    r.loop().reverse() ? r.loop().trips() - 1 - t : t;
                            add(r.body());
                        }
                    }
                }
            }
        }

        private void add(Way way) {
            int turns = way.turns().applyAsInt(batch);
            for (int turn = 0; turn < turns; turn++) {
                for (Stage stage : way.stages()) {
                    add(stage, turn);
                }
            }
        }

        void add(Stage stage) {
            add(stage, 0);
        }

        private void add(Stage stage, int turn) {
            if (steps.size() == MAX_STEPS) {
                throw new DeviceException("a run of this program is more than " + MAX_STEPS + " dispatches");
            }
            long groups = stage.workgroups(batch);
            int x = (int) Math.min(groups, Stage.MAX_ROW);
            int y = (int) ((groups + x - 1) / x);
            int size = stage.words().size();
            if (used + size + ALIGNMENT > words.length) {
                words = Arrays.copyOf(words, 2 * words.length + size);
            }
            Word.Dispatched dispatch = new Word.Dispatched(program, batch, trips, turn, x);
            for (int i = 0; i < size; i++) {
                words[used + i] = stage.words().get(i).at(dispatch);
            }
            steps.add(new Step(number(stage), used * 4, x, y));
            used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }

        /** Loops use their stages in turn, so the next one is most often the one wanted. */
        private int number(Stage stage) {
            for (int i = 1; i <= stages.size(); i++) {
                int next = (last + i) % stages.size();
                if (stages.get(next) == stage) {
                    last = next;
                    return next;
                }
            }
            stages.add(stage);
            last = stages.size() - 1;
            return last;
        }
    }
}
