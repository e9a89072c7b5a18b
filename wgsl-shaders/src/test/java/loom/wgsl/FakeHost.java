package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import loom.machine.Completion;

/** A device that computes nothing, but keeps count of memory. */
final class FakeHost implements GpuHost {
    /** Words in buffers that were not destroyed. */
    int words;

    /** What was read, turn by turn. */
    final List<List<Place>> reads = new ArrayList<>();

    /** What the platform gave in its own memory, the last time. */
    Data written = new JavaData(new int[0]);

    /** Whether reads wait for {@link #answer}. */
    boolean later;

    private final long mostBytes;

    private final List<Runnable> waiting = new ArrayList<>();

    private Consumer<String> onLost = reason -> {};

    private record Nothing() implements Pipeline, Bindings, Commands {}

    FakeHost() {
        this(1_000_000);
    }

    /** @param mostBytes of a buffer */
    FakeHost(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    void lose(String reason) {
        onLost.accept(reason);
    }

    @Override
    public Adapter adapter() {
        return new Adapter("fake", "", "", false, true, mostBytes, mostBytes, 256);
    }

    @Override
    public Buffer buffer(int count, Use use) {
        words += count;
        return new Buffer() {
            @Override
            public void write(int offset, float[] values) {}

            @Override
            public void write(int offset, int[] values) {}

            @Override
            public void write(int offset, Data values) {
                written = values;
            }

            @Override
            public void destroy() {
                words -= count;
            }
        };
    }

    @Override
    public Completion<Pipeline> pipeline(Shader shader) {
        return Completion.of(new Nothing());
    }

    @Override
    public Bindings bind(Shader shader, Buffer args, Buffer scalars, Buffer trap, Buffer out, List<Buffer> reads) {
        return new Nothing();
    }

    @Override
    public Commands commands(List<Dispatch> dispatches) {
        return new Nothing();
    }

    @Override
    public void submit(Commands commands) {}

    /** Zeros, each time as many as asked for. */
    @Override
    public Completion<List<Data>> read(List<Place> places) {
        reads.add(places);
        List<Data> zeros = places.stream()
                .<Data>map(place -> new JavaData(new int[place.count()]))
                .toList();
        if (!later) {
            return Completion.of(zeros);
        }
        Completion<List<Data>> answer = new Completion<>();
        waiting.add(() -> answer.complete(zeros));
        return answer;
    }

    /** Answers what was read later. */
    void answer() {
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    @Override
    public void onLost(Consumer<String> action) {
        onLost = action;
    }

    @Override
    public void close() {}
}
