package loom.machine.reference;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.NumericTrap;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;

final class ReferenceExecution implements Execution {
    private final Program program;
    private int[][] slots;
    private int batch = 1;
    private long runs;
    private Optional<NumericTrap> failure = Optional.empty();

    ReferenceExecution(Program program) {
        this.program = program;
        this.slots = new int[program.slots()][0];
        allocate();
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Table t) {
                System.arraycopy(
                        t.bits().toArray(), 0, slots[t.slot()], 0, t.bits().size());
            }
        }
    }

    /** Slots grow and never shrink; what they hold survives. */
    private void allocate() {
        int[] size = program.slotElements(batch);
        for (int i = 0; i < size.length; i++) {
            if (size[i] > slots[i].length) {
                slots[i] = Arrays.copyOf(slots[i], size[i]);
            }
        }
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public void batch(int n) {
        boolean other = n != batch;
        batch = Arguments.batch(n);
        allocate();
        if (other) {
            program.sampleStates().forEach(s -> Arrays.fill(slots[s.slot()], 0));
        }
    }

    @Override
    public void write(int buffer, float[] values) {
        int[] slot = slot(buffer, true, values.length);
        for (int i = 0; i < values.length; i++) {
            slot[i] = Float.floatToRawIntBits(values[i]);
        }
    }

    @Override
    public void write(int buffer, int[] values) {
        System.arraycopy(values, 0, slot(buffer, false, values.length), 0, values.length);
    }

    private int[] slot(int buffer, boolean isFloat, int length) {
        return slots[Arguments.source(program, buffer, isFloat, length, batch).slot()];
    }

    @Override
    public void run(int... scalars) {
        int[] all = Arguments.scalars(program, batch, scalars);
        if (failure.isPresent()) {
            return;
        }
        Memory memory = new Memory(program, slots, batch, all);
        run(program.kernels(), memory);
        failure = memory.failure();
        if (failure.isEmpty()) {
            runs++;
            for (Program.Commit c : program.commits()) {
                int elements = program.buffer(c.target()).type().shape().elements(batch);
                System.arraycopy(memory.words(c.value()), 0, memory.words(c.target()), 0, elements);
            }
        }
    }

    private static void run(List<Kernel> kernels, Memory memory) {
        for (Kernel k : kernels) {
            switch (k) {
                case Kernel.Pointwise p -> PointwiseReference.run(p, memory);
                case Kernel.Reduce r -> ReduceReference.run(r, memory);
                case Kernel.MatMul m -> MatMulReference.run(m, memory);
                case Kernel.Copy c -> CopyReference.run(c, memory);
                case Kernel.Gather g -> GatherReference.run(g, memory);
                case Kernel.ScatterAdd s -> ScatterAddReference.run(s, memory);
                case Kernel.Loop l -> {
                    for (int i = 0; i < l.trips(); i++) {
                        memory.trip(l.depth(), l.reverse() ? l.trips() - 1 - i : i);
                        run(l.body(), memory);
                    }
                }
            }
        }
    }

    @Override
    public Completion<Execution> finish() {
        Completion<Execution> end =
                failure.<Completion<Execution>>map(Completion::failed).orElse(Completion.of(this));
        failure = Optional.empty();
        return end;
    }

    @Override
    public long runs() {
        return runs;
    }

    @Override
    public Completion<float[]> readFloats(int buffer) {
        int[] words = read(buffer, true);
        float[] values = new float[words.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(words[i]);
        }
        return Completion.of(values);
    }

    @Override
    public Completion<int[]> readInts(int buffer) {
        return Completion.of(read(buffer, false));
    }

    private int[] read(int buffer, boolean isFloat) {
        return Arrays.copyOf(slots[program.slot(buffer)], Arguments.readable(program, buffer, isFloat, batch));
    }

    @Override
    public long memoryBytes() {
        long bytes = 0;
        for (int[] s : slots) {
            bytes += 4L * s.length;
        }
        return bytes;
    }

    @Override
    public void close() {
        slots = new int[0][];
    }
}
