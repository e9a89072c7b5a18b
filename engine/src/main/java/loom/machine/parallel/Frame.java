package loom.machine.parallel;

import loom.graph.Extent;
import loom.program.Program;

/** What the kernels of one run see: memory, the batch, the scalars, the trips of loops, threads, and whether something trapped. */
final class Frame {
    private final Program program;
    private final Store store;
    private final Crew crew;
    private final int batch;
    private final int[] scalars;
    private final int[] trips;
    private volatile boolean trapped;

    Frame(Program program, Store store, Crew crew, int batch, int[] scalars) {
        this.program = program;
        this.store = store;
        this.crew = crew;
        this.batch = batch;
        this.scalars = scalars;
        this.trips = new int[program.loopDepth()];
    }

    float[] floats(int buffer) {
        return store.floats(buffer);
    }

    int[] ints(int buffer) {
        return store.ints(buffer);
    }

    Object words(int buffer) {
        return store.words(buffer);
    }

    /** Where a buffer begins in its array. */
    int offset(int buffer) {
        return program.offset(buffer, batch, trips);
    }

    long version(int buffer) {
        return store.version(buffer);
    }

    int at(Extent e) {
        return e.at(batch);
    }

    int batch() {
        return batch;
    }

    int scalar(int index) {
        return scalars[index];
    }

    void trip(int depth, int t) {
        trips[depth] = t;
    }

    /** A result outside its domain, or an index outside its table. Any thread may say so; {@code TrapReplay} finds the site. */
    void trap() {
        trapped = true;
    }

    boolean trapped() {
        return trapped;
    }

    /** See {@link Crew#tasks}. */
    int tasks(long operations, int most) {
        return crew.tasks(operations, most);
    }

    void share(int tasks, Crew.Task task) {
        crew.run(tasks, task);
    }

    /** {@code body} for parts of 0 to {@code count} − 1, each of which costs so many operations. */
    void split(int count, long operations, Part body) {
        int tasks = tasks(count * operations, count);
        share(
                tasks,
                (t, scratch) ->
                        body.run((int) ((long) count * t / tasks), (int) ((long) count * (t + 1) / tasks), scratch));
    }

    @FunctionalInterface
    interface Part {
        void run(int from, int to, Scratch scratch);
    }
}
