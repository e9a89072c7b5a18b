package loom.server.cli;

import java.util.ArrayList;
import java.util.List;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.program.Kernel;
import loom.program.Program;

/** The reference machine with one wrong bit: element 1 of every value that a kernel gives. */
final class SabotagedMachine implements Machine {
    private final Machine right = new ReferenceMachine();

    @Override
    public String name() {
        return "sabotaged";
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        List<Integer> wrong = new ArrayList<>();
        for (Kernel k : program.kernels()) {
            wrong.add(k.out());
        }
        return right.prepare(program).map(e -> new Wrong(e, wrong));
    }

    private record Wrong(Execution right, List<Integer> wrong) implements Execution {
        @Override
        public Completion<float[]> readFloats(int buffer) {
            return right.readFloats(buffer).map(values -> {
                if (wrong.contains(buffer)) {
                    values[1] = Float.intBitsToFloat(Float.floatToRawIntBits(values[1]) ^ 1);
                }
                return values;
            });
        }

        @Override
        public Program program() {
            return right.program();
        }

        @Override
        public void batch(int batch) {
            right.batch(batch);
        }

        @Override
        public void write(int buffer, float[] values) {
            right.write(buffer, values);
        }

        @Override
        public void write(int buffer, int[] values) {
            right.write(buffer, values);
        }

        @Override
        public void run(int... scalars) {
            right.run(scalars);
        }

        @Override
        public Completion<Execution> finish() {
            return right.finish().map(e -> this);
        }

        @Override
        public long runs() {
            return right.runs();
        }

        @Override
        public Completion<int[]> readInts(int buffer) {
            return right.readInts(buffer);
        }

        @Override
        public long memoryBytes() {
            return right.memoryBytes();
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
