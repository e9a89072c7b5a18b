package loom.wgsl;

import java.util.List;
import java.util.function.Consumer;
import loom.machine.Completion;

/** A device that computes nothing, but keeps count of memory. */
final class FakeHost implements GpuHost {
    /** Words in buffers that were not destroyed. */
    int words;

    private Consumer<String> onLost = reason -> {};

    private record Nothing() implements Pipeline, Bindings, Commands {}

    void lose(String reason) {
        onLost.accept(reason);
    }

    @Override
    public Adapter adapter() {
        return new Adapter("fake", "", "", false, true, 1_000_000, 1_000_000, 256);
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
            public Completion<float[]> readFloats(int offset, int n) {
                return Completion.of(new float[n]);
            }

            @Override
            public Completion<int[]> readInts(int offset, int n) {
                return Completion.of(new int[n]);
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

    @Override
    public void onLost(Consumer<String> action) {
        onLost = action;
    }

    @Override
    public void close() {}
}
