package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.program.Program;

/** Runs a program as one WebAssembly module, emitted when the program is prepared. A run is one call into it. */
public final class WasmMachine implements Machine {
    static final String NAME = "wasm";

    static final int PAGE_BYTES = 1 << 16;
    static final int MAX_BYTES = 0x7fff0000;
    private static final int KEPT_MEMORIES = 2;
    /** Memory cannot shrink, so what a large model grew is not kept. */
    private static final int KEPT_BYTES = 16 << 20;
    /** A batch that the module gathers costs a tenth of one that passes through the caller's heap; above this it is memory spent twice. */
    private static final long RESIDENT_BYTES = 64 << 20;

    private final WasmHost host;
    private final int stripeBytes;
    private final long leastShared;
    /**
     * Memories of closed executions. A browser process has addresses for about a hundred, whatever their size, and notices late that
     * one is not used any more.
     */
    private final List<WasmHost.Memory> kept = new ArrayList<>();

    public WasmMachine(WasmHost host) {
        this(host, Stripes.CACHE);
    }

    /** {@code stripeBytes}: what samples that pass neighbouring kernels together may take; 0: one sample at a time. */
    public WasmMachine(WasmHost host, int stripeBytes) {
        this(host, stripeBytes, Job.LEAST);
    }

    /** {@code leastShared}: operations, as {@link Job} counts them, that a kernel has to have for threads to share it. */
    public WasmMachine(WasmHost host, int stripeBytes, long leastShared) {
        this.host = host;
        this.stripeBytes = stripeBytes;
        this.leastShared = leastShared;
    }

    long leastShared() {
        return leastShared;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long residentBytes() {
        return RESIDENT_BYTES;
    }

    /** Threads that run a program together. */
    public int threads() {
        return host.threads();
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        Layout layout = new Layout(program, stripeBytes, host.threads());
        ProgramWasm code = ProgramWasm.of(program, layout);
        int bytes = layout.reserve(1);
        boolean fresh = kept.isEmpty();
        WasmHost.Memory memory =
                fresh ? host.memory(inPages(bytes), MAX_BYTES, layout.threads() > 1) : kept.remove(kept.size() - 1);
        if (bytes > memory.bytes()) {
            memory.grow(bytes);
        }
        return host.instantiate(code.encode(), memory).map(instance -> {
            if (!fresh) {
                instance.call(ProgramWasm.CLEAR, memory.bytes());
            }
            return new WasmExecution(this, program, layout, code.jobs(), memory, instance);
        });
    }

    /** Memory is had by the page. */
    static int inPages(int bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    /**
     * Memories that threads share are kept all: every thread holds them, and a browser frees them only when each thread has collected its garbage, which threads
     * that make none hardly do.
     */
    void giveBack(WasmHost.Memory memory) {
        boolean shared = host.threads() > 1;
        if (shared || kept.size() < KEPT_MEMORIES && memory.bytes() <= KEPT_BYTES) {
            kept.add(memory);
        } else {
            memory.close();
        }
    }
}
