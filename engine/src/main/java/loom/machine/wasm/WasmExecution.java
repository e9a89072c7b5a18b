package loom.machine.wasm;

import java.util.List;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.PendingTrap;
import loom.machine.TrapReplay;
import loom.program.Buffer;
import loom.program.Program;

/** A program in linear memory. The platform may fill inputs and read outputs there itself, past the Java heap. */
public final class WasmExecution implements Execution {
    private final Program program;
    private final Layout layout;
    private final WasmHost.Memory memory;
    private final WasmHost.Instance instance;
    private final WasmMachine owner;
    private final List<Job> jobs;
    private int batch = 1;
    private long runs;
    private final PendingTrap trap = new PendingTrap();
    private boolean closed;

    WasmExecution(
            WasmMachine owner,
            Program program,
            Layout layout,
            List<Job> jobs,
            WasmHost.Memory memory,
            WasmHost.Instance instance) {
        this.owner = owner;
        this.jobs = jobs;
        this.program = program;
        this.layout = layout;
        this.memory = memory;
        this.instance = instance;
        place();
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Table t) {
                memory.write(address(t.id()), t.bits().toArray());
            }
        }
        for (int i = 0; i < layout.packed().size(); i++) {
            markStale(i);
        }
        divide();
    }

    /** Says how large the parts of jobs are with this batch. */
    private void divide() {
        int[] sizes = new int[jobs.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = jobs.get(i).partSize(batch, layout.threads(), owner.leastShared());
        }
        memory.write(Layout.ARGUMENTS + layout.partSizeOffset(0), sizes);
    }

    private void place() {
        memory.write(Layout.ARGUMENTS + layout.slotOffset(0), layout.addressWords(runs));
    }

    private void markStale(int packed) {
        memory.write(Layout.ARGUMENTS + layout.staleOffset(packed), new int[] {1});
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public void batch(int n) {
        checkOpen();
        Arguments.batch(n);
        if (n > layout.capacity()) {
            int bytes = layout.reserve(n);
            if (bytes > memory.bytes()) {
                memory.grow(bytes);
            }
            place();
        }
        if (n != batch) {
            for (Buffer.Source s : program.sampleStates()) {
                memory.write(address(s.id()), new int[s.type().shape().elements(n)]);
            }
            batch = n;
            divide();
        }
    }

    @Override
    public void write(int buffer, float[] values) {
        int target = target(buffer, true, values.length);
        layout.panels()
                .of(buffer)
                .ifPresentOrElse(m -> m.write(values, memory, target), () -> memory.write(target, values));
        layout.packedOf(buffer).forEach(this::markStale);
    }

    @Override
    public void write(int buffer, int[] values) {
        memory.write(target(buffer, false, values.length), values);
    }

    /** Address of a source that takes so many values. */
    private int target(int buffer, boolean isFloat, int length) {
        checkOpen();
        return address(Arguments.source(program, buffer, isFloat, length, batch).id());
    }

    @Override
    public void run(int... scalars) {
        checkOpen();
        int[] all = Arguments.scalars(program, batch, scalars);
        if (trap.isThere()) {
            return;
        }
        memory.write(Layout.ARGUMENTS, all);
        if (instance.call(ProgramWasm.RUN, Layout.ARGUMENTS) != 0) {
            // At once, while the sources still are what this run read. All is complete at once on this machine.
            trap.set(TrapReplay.find(this, batch, scalars).get());
        } else {
            runs++;
        }
    }

    @Override
    public Completion<Execution> finish() {
        return trap.finish(this);
    }

    @Override
    public long runs() {
        return runs;
    }

    @Override
    public Completion<float[]> readFloats(int buffer) {
        float[] values = new float[readable(buffer, true)];
        int from = address(buffer);
        layout.panels().of(buffer).ifPresentOrElse(m -> m.read(values, memory, from), () -> memory.read(from, values));
        return Completion.of(values);
    }

    @Override
    public Completion<int[]> readInts(int buffer) {
        int[] values = new int[readable(buffer, false)];
        memory.read(address(buffer), values);
        return Completion.of(values);
    }

    private int readable(int buffer, boolean isFloat) {
        checkOpen();
        return Arguments.readable(program, buffer, isFloat, batch);
    }

    public WasmHost.Memory memory() {
        checkOpen();
        return memory;
    }

    /** After its end the memory belongs to another execution. */
    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the execution is closed");
        }
    }

    /**
     * Where an input, an output or a named buffer begins in {@link #memory}, until the batch next grows.
     */
    public int address(int buffer) {
        return layout.address(program.slot(buffer), runs);
    }

    /**
     * The door for an f32 input that the platform wrote to {@link #address}: rounds by rule D in place. False if a value is NaN,
     * infinite or above 2^50; then nothing should run.
     */
    public boolean admit(int buffer) {
        if (!(program.buffer(buffer) instanceof Buffer.Source s) || !ProgramWasm.isAdmitted(s)) {
            throw new IllegalArgumentException("buffer " + buffer + " is not an f32 input");
        }
        memory().write(Layout.ARGUMENTS, new int[] {batch});
        return instance.call(ProgramWasm.ADMIT + buffer, Layout.ARGUMENTS) == 0;
    }

    @Override
    public long memoryBytes() {
        return closed ? 0 : memory.bytes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            instance.close();
            owner.giveBack(memory);
        }
    }
}
