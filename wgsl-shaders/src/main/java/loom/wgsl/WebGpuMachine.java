package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.program.Program;

/** Runs programs on WebGPU: one compute pipeline a shader, one compute pass a run. */
public final class WebGpuMachine implements Machine {
    static final String NAME = "webgpu";

    /** A share of the memory that any GPU has, shared ones too; MNIST takes 188 MB. */
    private static final long MOST_RESIDENT_BYTES = 256L << 20;

    private final GpuHost host;
    private final Function<Program, Completion<Layout>> layouts;
    private final UnaryOperator<Shader> transform;
    private final Map<String, Completion<GpuHost.Pipeline>> pipelines = new TreeMap<>();
    private String lost = "";

    /**
     * @param layouts how it is to run a program
     * @param transform applied to every shader before it is compiled: the identity, or a test's sabotage
     */
    WebGpuMachine(GpuHost host, Function<Program, Completion<Layout>> layouts, UnaryOperator<Shader> transform) {
        this.host = host;
        this.layouts = layouts;
        this.transform = transform;
        host.onLost(reason -> lost = reason.isEmpty() ? "no reason given" : reason);
    }

    /** Runs every program with these variants, which nobody looks at. */
    static WebGpuMachine unprobed(GpuHost host, Variants variants) {
        return new WebGpuMachine(
                host, program -> Completion.of(Layout.of(program, variants)), UnaryOperator.identity());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long residentBytes() {
        return Math.min(MOST_RESIDENT_BYTES, largestBuffer());
    }

    @Override
    public boolean canBeLost() {
        return true;
    }

    /** Bytes of the largest buffer that a shader can use. */
    long largestBuffer() {
        return Math.min(host.adapter().maxBindingBytes(), host.adapter().maxBufferBytes());
    }

    public GpuHost.Adapter adapter() {
        return host.adapter();
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        checkAlive();
        checkScalars(program);
        return layouts.apply(program).then(this::prepare);
    }

    Completion<Execution> prepare(Layout layout) {
        WebGpuExecution execution = new WebGpuExecution(this, host, layout);
        return compiled(layout).map(all -> execution.start());
    }

    /** Once all shaders of a program are compiled; fails with the compiler's words. */
    Completion<Boolean> compiled(Layout layout) {
        List<Completion<GpuHost.Pipeline>> all = new ArrayList<>();
        for (Stage s : layout.stages()) {
            Completion<GpuHost.Pipeline> p = pipeline(s.shader());
            if (!all.contains(p)) {
                all.add(p);
            }
        }
        return afterAll(all, 0);
    }

    /** Begins to compile the shaders of a program, for {@link #prepare} to find them: drivers compile several side by side. What fails, fails there. */
    void compileAhead(Layout layout) {
        layout.stages().forEach(s -> pipeline(s.shader()));
    }

    static void checkScalars(Program program) {
        if (program.scalars().size() >= ShaderBuilder.SCALAR_VECTORS * 4) {
            throw new DeviceException("a program with " + program.scalars().size() + " run-time scalars; WebGPU takes "
                    + (ShaderBuilder.SCALAR_VECTORS * 4 - 1));
        }
    }

    private static Completion<Boolean> afterAll(List<Completion<GpuHost.Pipeline>> all, int from) {
        int i = from;
        while (i < all.size() && all.get(i).isDone()) {
            all.get(i).get();
            i++;
        }
        int next = i + 1;
        return i == all.size() ? Completion.of(true) : all.get(i).then(p -> afterAll(all, next));
    }

    /** The pipeline of a shader; compiled once. */
    Completion<GpuHost.Pipeline> pipeline(Shader shader) {
        Completion<GpuHost.Pipeline> known = pipelines.get(shader.text());
        if (known == null) {
            known = host.pipeline(transform.apply(shader));
            pipelines.put(shader.text(), known);
        }
        return known;
    }

    void checkAlive() {
        if (!lost.isEmpty()) {
            throw new DeviceException("the GPU device was lost: " + lost);
        }
    }

    /** Number of pipelines compiled so far. */
    int pipelines() {
        return pipelines.size();
    }

    public void close() {
        host.close();
    }
}
