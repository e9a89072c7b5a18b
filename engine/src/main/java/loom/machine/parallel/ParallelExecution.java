package loom.machine.parallel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.PendingTrap;
import loom.machine.TrapReplay;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Readers;

final class ParallelExecution implements Execution {
    private final Program program;
    private final Crew crew;
    private final Loops loops;
    private final List<Step> products = new ArrayList<>();
    private final List<Step> steps;
    private Store store;
    private int batch = 1;
    private long runs;
    private final PendingTrap trap = new PendingTrap();

    ParallelExecution(Program program, Crew crew, Loops loops) {
        this.program = program;
        this.crew = crew;
        this.loops = loops;
        this.store = new Store(program);
        this.steps = steps(program.kernels(), new Readers(program));
    }

    private List<Step> steps(List<Kernel> kernels, Readers readers) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < kernels.size(); i++) {
            Optional<Convolution> convolution = Convolution.at(readers, kernels, i);
            if (convolution.isPresent()) {
                steps.add(new ConvParallel(convolution.get(), loops));
                i++;
                continue;
            }
            steps.add(
                    switch (kernels.get(i)) {
                        case Kernel.Pointwise p -> new PointwiseParallel(p, loops);
                        case Kernel.Reduce r -> new ReduceParallel(r);
                        case Kernel.MatMul m -> product(m);
                        case Kernel.Copy c -> new CopyParallel(c);
                        case Kernel.Gather g -> new GatherParallel(g);
                        case Kernel.ScatterAdd s -> new ScatterAddParallel(s);
                        case Kernel.Loop l -> {
                            List<Step> body = steps(l.body(), readers);
                            yield frame -> {
                                for (int t = 0; t < l.trips(); t++) {
                                    frame.trip(l.depth(), l.reverse() ? l.trips() - 1 - t : t);
                                    body.forEach(s -> s.run(frame));
                                }
                            };
                        }
                    });
        }
        return steps;
    }

    private Step product(Kernel.MatMul kernel) {
        Step product = switch (kernel.factors()) {
            case F32, BF16, F16 -> new MatMulParallel(program, kernel, loops);
            case INT8 -> new MatMulInt8Parallel(kernel);
        };
        products.add(product);
        return product;
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public void batch(int n) {
        checkOpen();
        Arguments.batch(n);
        store.reserve(n);
        if (n != batch) {
            program.sampleStates().forEach(store::clear);
        }
        batch = n;
    }

    @Override
    public void write(int buffer, float[] values) {
        checkOpen();
        Arguments.source(program, buffer, true, values.length, batch);
        System.arraycopy(values, 0, store.floats(buffer), 0, values.length);
        store.changed(buffer);
    }

    @Override
    public void write(int buffer, int[] values) {
        checkOpen();
        Arguments.source(program, buffer, false, values.length, batch);
        System.arraycopy(values, 0, store.ints(buffer), 0, values.length);
        store.changed(buffer);
    }

    @Override
    public void run(int... scalars) {
        checkOpen();
        int[] all = Arguments.scalars(program, batch, scalars);
        if (trap.isThere()) {
            return;
        }
        Frame frame = new Frame(program, store, crew, batch, all);
        for (Step s : steps) {
            s.run(frame);
        }
        if (frame.trapped()) {
            // At once, while the sources still are what this run read. All is complete at once on this machine.
            trap.set(TrapReplay.find(this, batch, scalars).get());
            return;
        }
        runs++;
        for (Program.Commit c : program.commits()) {
            int elements = program.buffer(c.target()).type().shape().elements(batch);
            System.arraycopy(store.words(c.value()), 0, store.words(c.target()), 0, elements);
            store.changed(c.target());
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
        checkOpen();
        int length = Arguments.readable(program, buffer, true, batch);
        return Completion.of(Arrays.copyOf(store.floats(buffer), length));
    }

    @Override
    public Completion<int[]> readInts(int buffer) {
        checkOpen();
        int length = Arguments.readable(program, buffer, false, batch);
        return Completion.of(Arrays.copyOf(store.ints(buffer), length));
    }

    @Override
    public long memoryBytes() {
        if (store == null) {
            return 0;
        }
        long bytes = store.bytes();
        for (Step p : products) {
            bytes += p.heldBytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        store = null;
    }

    private void checkOpen() {
        if (store == null) {
            throw new IllegalStateException("the execution is closed");
        }
    }
}
