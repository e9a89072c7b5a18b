package loom.machine;

import java.util.function.Supplier;
import loom.machine.reference.ReferenceMachine;
import loom.program.Program;

/** The reference machine, lost after a number of calls, as a GPU is: every call from then on fails, at once or when it completes. */
public final class FragileMachine implements Machine {
    private final Machine right = new ReferenceMachine();
    private int left;

    public FragileMachine(int calls) {
        this.left = calls;
    }

    @Override
    public String name() {
        return "fragile";
    }

    @Override
    public boolean canBeLost() {
        return true;
    }

    /** Whether it has been lost. */
    public boolean isLost() {
        return left <= 0;
    }

    private void use() {
        if (left-- <= 0) {
            throw new DeviceException("lost");
        }
    }

    private <T> Completion<T> use(Supplier<Completion<T>> work) {
        return left-- <= 0 ? Completion.failed(new DeviceException("lost")) : work.get();
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        return use(() -> right.prepare(program)).map(Fragile::new);
    }

    private final class Fragile implements Execution {
        private final Execution execution;

        Fragile(Execution execution) {
            this.execution = execution;
        }

        @Override
        public Program program() {
            return execution.program();
        }

        @Override
        public void batch(int batch) {
            execution.batch(batch);
        }

        @Override
        public void write(int buffer, float[] values) {
            use();
            execution.write(buffer, values);
        }

        @Override
        public void write(int buffer, int[] values) {
            use();
            execution.write(buffer, values);
        }

        @Override
        public void run(int... scalars) {
            use();
            execution.run(scalars);
        }

        @Override
        public Completion<Execution> finish() {
            return use(execution::finish).map(e -> this);
        }

        @Override
        public long runs() {
            return execution.runs();
        }

        @Override
        public Completion<float[]> readFloats(int buffer) {
            return use(() -> execution.readFloats(buffer));
        }

        @Override
        public Completion<int[]> readInts(int buffer) {
            return use(() -> execution.readInts(buffer));
        }

        @Override
        public long memoryBytes() {
            return execution.memoryBytes();
        }

        @Override
        public void close() {
            execution.close();
        }
    }
}
