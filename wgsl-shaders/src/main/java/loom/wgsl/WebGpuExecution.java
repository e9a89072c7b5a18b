package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Program;

/** A program on the GPU: one buffer a slot, a plan a batch. Nothing is allocated or compiled while running. */
final class WebGpuExecution implements Execution {
    private final WebGpuMachine machine;
    private final GpuHost host;
    private final Layout layout;
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

    /** What a run was given, to replay it if it trapped. */
    private record Pending(int code, int batch, int[] scalars, Map<Integer, int[]> inputs) {}

    private final List<Pending> pending = new ArrayList<>();
    private final Map<Integer, int[]> inputs = new TreeMap<>();

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
        return program;
    }

    @Override
    public void batch(int n) {
        checkOpen();
        Arguments.batch(n);
        if (n != batch) {
            checkSizes(n);
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
            inputs.put(buffer, bits);
        }
        slots[s.slot()].write(0, values);
    }

    @Override
    public void write(int buffer, int[] values) {
        Buffer.Source s = checked(buffer, false, values.length);
        if (s.role() == Buffer.Role.INPUT) {
            inputs.put(buffer, values.clone());
        }
        slots[s.slot()].write(0, values);
    }

    private Buffer.Source checked(int buffer, boolean isFloat, int length) {
        checkOpen();
        return Arguments.source(program, buffer, isFloat, length, batch);
    }

    @Override
    public void run(int... given) {
        checkOpen();
        int[] arguments = Arguments.scalars(program, batch, given);
        int[] all = new int[arguments.length + 1];
        // The trap word keeps the largest code it is given, so that of the first run that trapped; 0 is none.
        int code = nextCode--;
        all[0] = code;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        scalars.write(0, all);
        host.submit(commands);
        pending.add(new Pending(code, batch, given.clone(), new TreeMap<>(inputs)));
    }

    @Override
    public Completion<Execution> finish() {
        checkOpen();
        List<Pending> runs = List.copyOf(pending);
        if (runs.isEmpty()) {
            return Completion.of(this);
        }
        return trap.readInts(0, 1).then(word -> {
            machine.checkAlive();
            pending.subList(0, runs.size()).clear();
            if (word[0] == 0) {
                finished += runs.size();
                return Completion.of(this);
            }
            trap.write(0, new int[] {0});
            for (Pending run : runs) {
                if (run.code() == word[0]) {
                    return replay(run);
                }
                finished++;
            }
            throw new DeviceException(
                    "the GPU reported a numeric trap in no run of this execution: its results are wrong");
        });
    }

    /**
     * Finds the lowest site: the device only knows that there is one. Nothing was committed since the run began, so parameters and
     * state are still what it saw.
     */
    private Completion<Execution> replay(Pending run) {
        List<Buffer.Source> kept = new ArrayList<>();
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Source s && s.role() != Buffer.Role.INPUT) {
                kept.add(s);
            }
        }
        Execution reference = new ReferenceMachine().prepare(program).get();
        reference.batch(run.batch());
        run.inputs().forEach((id, bits) -> write(reference, (Buffer.Source) program.buffer(id), bits));
        Completion<Integer> read = Completion.repeat(kept.size(), i -> {
            Buffer.Source s = kept.get(i);
            return slots[s.slot()]
                    .readInts(0, s.type().shape().elements(run.batch()))
                    .map(bits -> {
                        write(reference, s, bits);
                        return i;
                    });
        });
        return read.then(done -> {
            reference.run(run.scalars());
            return reference
                    .finish()
                    .then(
                            none -> Completion.failed(
                                    new DeviceException(
                                            "the GPU reported a numeric trap that the reference machine does not find: its results are wrong")));
        });
    }

    private static void write(Execution to, Buffer.Source s, int[] bits) {
        if (s.type().element().isFloat()) {
            float[] values = new float[bits.length];
            for (int i = 0; i < bits.length; i++) {
                values[i] = Float.intBitsToFloat(bits[i]);
            }
            to.write(s.id(), values);
        } else {
            to.write(s.id(), bits);
        }
    }

    @Override
    public long runs() {
        return finished;
    }

    @Override
    public Completion<float[]> readFloats(int buffer) {
        return slots[program.slot(buffer)].readFloats(0, readable(buffer, true));
    }

    @Override
    public Completion<int[]> readInts(int buffer) {
        return slots[program.slot(buffer)].readInts(0, readable(buffer, false));
    }

    private int readable(int buffer, boolean isFloat) {
        checkOpen();
        return Arguments.readable(program, buffer, isFloat, batch);
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
