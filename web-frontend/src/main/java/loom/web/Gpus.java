package loom.web;

import java.util.Optional;
import loom.graph.ElementType;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.NetworkLowering;
import loom.run.ModelRunner;
import loom.wgsl.GpuHost;
import loom.wgsl.Probe;
import loom.wgsl.Verdict;
import loom.wgsl.WebGpuExecution;
import loom.wgsl.WebGpuMachine;
import org.teavm.jso.JSObject;

/** The page's GPU device: opened when first asked for; after a loss, again. What a program needs of it is looked at once. */
final class Gpus implements PageGpu {
    private Completion<GpuHost> host = new Completion<>();
    private Optional<Probe> probe = Optional.empty();
    private boolean opened;
    private int losses;

    /** Why it is not used any more. */
    private Optional<String> left = Optional.empty();

    @Override
    public Completion<Backends.Choice> choose(Machine otherwise) {
        if (left.isPresent()) {
            return Completion.of(new Backends.Choice(otherwise, "", left.get()));
        }
        return probe().map(p -> choice(p.verdict(), otherwise))
                .otherwise(e -> Completion.of(new Backends.Choice(otherwise, "", e.getMessage())));
    }

    @Override
    public int failures() {
        return losses + (isWrong() ? 1 : 0);
    }

    private boolean isWrong() {
        return probe.filter(p -> p.verdict() instanceof Verdict.Wrong).isPresent();
    }

    @Override
    public void leave(String reason) {
        if (!isWrong()) {
            left = Optional.of("WebGPU is not used any more, for it failed twice: " + reason);
        }
    }

    /** Values that the door would change take the way through the Java heap, as do those that it refuses. */
    @Override
    public Optional<Completion<JSObject>> run(ModelRunner runner, JSObject input, int batch) {
        if (!(runner.machine() instanceof WebGpuMachine) || !Glue.gpu().inDomain(input)) {
            return Optional.empty();
        }
        runner.check(Glue.bytesLength(input) / ElementType.BYTES, batch);
        return Optional.of(runner.run(batch, e -> feed((WebGpuExecution) e, input), e -> output((WebGpuExecution) e)));
    }

    private static void feed(WebGpuExecution e, JSObject input) {
        e.write(e.program().source(NetworkLowering.INPUT), new BrowserGpuHost.Bytes(input));
    }

    private static Completion<JSObject> output(WebGpuExecution e) {
        return e.read(e.program().output(NetworkLowering.OUTPUT)).map(data -> ((BrowserGpuHost.Bytes) data).array());
    }

    private static Backends.Choice choice(Verdict v, Machine otherwise) {
        return switch (v) {
            case Verdict.Right r ->
                new Backends.Choice(r.machine(), r.machine().adapter().toString(), r::why);
            case Verdict.Wrong w -> new Backends.Choice(otherwise, "", w.why());
        };
    }

    /** Fails, in words for people, where there is no WebGPU. */
    private Completion<GpuHost> host() {
        if (!opened) {
            opened = true;
            BrowserGpuHost.open()
                    .whenDone(
                            h -> {
                                h.onLost(reason -> forget());
                                host.complete(h);
                            },
                            host::fail);
        }
        return host;
    }

    private Completion<Probe> probe() {
        return host().map(h -> probe.orElseGet(() -> {
            Probe made = new Probe(h);
            probe = Optional.of(made);
            return made;
        }));
    }

    /** What the probe says after it has looked at all that programs may need. */
    Completion<String> everything() {
        return probe().then(Probe::everything).map(p -> p.verdict().why());
    }

    private void forget() {
        host = new Completion<>();
        probe = Optional.empty();
        opened = false;
        losses++;
    }
}
