package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.program.Buffer;
import loom.program.Program;

/**
 * A program on the GPU: one buffer a slot, a plan a batch. Nothing is allocated or compiled while running. The platform may give inputs
 * and take outputs in its own memory, past the Java heap.
 */
public final class WebGpuExecution implements Execution {
    private final WebGpuMachine machine;
    private final GpuHost host;
    private final Layout layout;
    /** With slots as this machine has them. */
    private final Program program;

    private final GpuHost.Buffer[] slots;
    private final int[] slotWords;
    private final GpuHost.Buffer scalars;
    private final GpuHost.Buffer trap;
    private GpuHost.Buffer words;
    private int wordCount;
    private GpuHost.Commands commands;
    private int batch = 1;
    private long finished;
    private int nextCode = Integer.MAX_VALUE;
    private boolean closed;

    private final List<GpuReplay> pending = new ArrayList<>();
    private final Map<Integer, Supplier<int[]>> inputs = new TreeMap<>();
    private final ReadBack readBack;

    WebGpuExecution(WebGpuMachine machine, GpuHost host, Layout layout) {
        this.machine = machine;
        this.host = host;
        this.layout = layout;
        this.program = layout.program();
        checkSizes(1);
        this.slotWords = new int[layout.slotElements(1).length];
        this.slots = new GpuHost.Buffer[slotWords.length];
        this.scalars = host.buffer(ShaderBuilder.SCALAR_VECTORS * 4, GpuHost.Use.UNIFORM);
        this.trap = host.buffer(1, GpuHost.Use.STORAGE);
        this.readBack = new ReadBack(host, trap);
    }

    /** Once all pipelines are there. */
    Execution start() {
        allocate();
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Table t) {
                slots[t.slot()].write(0, t.bits().toArray());
            }
        }
        return this;
    }

    private void checkSizes(int n) {
        long limit = machine.largestBuffer();
        for (Buffer b : program.buffers()) {
            if (layout.leftOut().contains(b.id())) {
                continue;
            }
            long elements = (long) b.type().shape().elements().coefficient()
                    * (b.type().shape().isBatched() ? n : 1);
            if (4 * elements > limit) {
                throw new DeviceException("a tensor " + b.type() + " takes " + 4 * elements + " bytes for batch " + n
                        + "; a buffer of this GPU holds " + limit);
            }
        }
    }

    /** Gives every slot what the batch needs, then plans the batch. Only batched slots grow: parameters and state stay. */
    private void allocate() {
        checkSizes(batch);
        int[] elements = layout.slotElements(batch);
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == null || elements[i] > slotWords[i]) {
                if (slots[i] != null) {
                    slots[i].destroy();
                }
                slotWords[i] = Math.max(elements[i], 1);
                slots[i] = host.buffer(slotWords[i], GpuHost.Use.STORAGE);
            }
        }
        Plan plan = Plan.of(layout, batch);
        if (words == null || wordCount < plan.words().length) {
            if (words != null) {
                words.destroy();
            }
            wordCount = plan.words().length;
            words = host.buffer(wordCount, GpuHost.Use.UNIFORM);
        }
        words.write(0, plan.words());
        List<GpuHost.Dispatch> dispatches = new ArrayList<>();
        List<GpuHost.Bindings> bindings = new ArrayList<>();
        List<GpuHost.Pipeline> pipelines = new ArrayList<>();
        for (Stage stage : plan.stages()) {
            bindings.add(bind(stage));
            pipelines.add(machine.pipeline(stage.shader()).get());
        }
        for (Plan.Step s : plan.steps()) {

            dispatches.add(
                    new GpuHost.Dispatch(pipelines.get(s.stage()), bindings.get(s.stage()), s.offset(), s.x(), s.y()));
        }
        commands = host.commands(dispatches);
    }

    private GpuHost.Bindings bind(Stage stage) {
        List<GpuHost.Buffer> reads = new ArrayList<>();
        for (int slot : stage.reads()) {
            reads.add(slots[slot]);
        }
        return host.bind(stage.shader(), words, scalars, trap, slots[stage.out()], reads);
    }

    @Override
    public Program program() {
        return layout.given();
    }

    @Override
    public void batch(int n) {
        checkOpen();
        Arguments.batch(n);
        if (n != batch) {
            checkSizes(n);
            readBack.forget();
            batch = n;
            allocate();
            for (Buffer.Source s : program.sampleStates()) {
                slots[s.slot()].write(0, new int[s.type().shape().elements(n)]);
            }
        }
    }

    @Override
    public void write(int buffer, float[] values) {
        Buffer.Source s = checked(buffer, true, values.length);
        if (s.role() == Buffer.Role.INPUT) {
            int[] bits = new int[values.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.floatToRawIntBits(values[i]);
            }
            inputs.put(buffer, () -> bits);
        }
        slots[s.slot()].write(0, values);
    }

    @Override
    public void write(int buffer, int[] values) {
        Buffer.Source s = checked(buffer, false, values.length);
        if (s.role() == Buffer.Role.INPUT) {
            int[] bits = values.clone();
            inputs.put(buffer, () -> bits);
        }
        slots[s.slot()].write(0, values);
    }

    /** Writes an f32 input. {@code values} must stay as they are until the runs that take them are finished. */
    public void write(int buffer, GpuHost.Data values) {
        Buffer.Source s = checked(buffer, true, values.count());
        if (s.role() != Buffer.Role.INPUT) {
            throw new IllegalArgumentException(s + " is no input");
        }
        inputs.put(buffer, values::ints);
        slots[s.slot()].write(0, values);
    }

    private Buffer.Source checked(int buffer, boolean isFloat, int length) {
        checkOpen();
        readBack.forget();
        return Arguments.source(program, buffer, isFloat, length, batch);
    }

    @Override
    public void run(int... given) {
        checkOpen();
        readBack.forget();
        int[] arguments = Arguments.scalars(program, batch, given);
        int[] all = new int[arguments.length + 1];
        // The trap word keeps the largest code it is given, so that of the first run that trapped; 0 is none.
        int code = nextCode--;
        all[0] = code;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        scalars.write(0, all);
        host.submit(commands);
        pending.add(new GpuReplay(code, batch, given.clone(), new TreeMap<>(inputs)));
    }

    @Override
    public Completion<Execution> finish() {
        checkOpen();
        List<GpuReplay> runs = List.copyOf(pending);
        if (runs.isEmpty()) {
            return Completion.of(this);
        }
        return readBack.trapped(buffer -> place(buffer, batch)).then(code -> {
            machine.checkAlive();
            pending.subList(0, runs.size()).clear();
            if (code == 0) {
                finished += runs.size();
                return Completion.of(this);
            }
            trap.write(0, new int[] {0});
            for (GpuReplay run : runs) {
                if (run.code() == code) {
                    return run.find(layout.given(), host, buffer -> place(buffer, run.batch()));
                }
                finished++;
            }
            throw new DeviceException(
                    "the GPU reported a numeric trap in no run of this execution: its results are wrong");
        });
    }

    @Override
    public long runs() {
        return finished;
    }

    @Override
    public Completion<float[]> readFloats(int buffer) {
        return read(buffer).map(GpuHost.Data::floats);
    }

    @Override
    public Completion<int[]> readInts(int buffer) {
        return read(buffer, false).map(GpuHost.Data::ints);
    }

    /** As {@link #readFloats}, in the platform's memory. */
    public Completion<GpuHost.Data> read(int buffer) {
        return read(buffer, true);
    }

    private Completion<GpuHost.Data> read(int buffer, boolean isFloat) {
        checkOpen();
        Arguments.readable(program, buffer, isFloat, batch);
        return readBack.read(buffer, b -> place(b, batch));
    }

    private GpuHost.Place place(int buffer, int n) {
        int count = program.buffer(buffer).type().shape().elements(n);
        return new GpuHost.Place(slots[program.slot(buffer)], 0, count);
    }

    @Override
    public long memoryBytes() {
        return bytes(wordCount, slotWords);
    }

    /** Of uniform words, scalars, the trap word and slots. */
    static long bytes(int uniformWords, int[] slotWords) {
        long bytes = 4L * (uniformWords + ShaderBuilder.SCALAR_VECTORS * 4 + 1);
        for (int w : slotWords) {
            bytes += 4L * Math.max(w, 1);
        }
        return bytes;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the execution is closed");
        }
        machine.checkAlive();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (GpuHost.Buffer b : slots) {
            b.destroy();
        }
        words.destroy();
        scalars.destroy();
        trap.destroy();
        pending.clear();
        inputs.clear();
    }
}
