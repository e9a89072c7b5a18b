package loom.web;

import loom.machine.Completion;
import loom.machine.Machine;
import loom.wgsl.GpuHost;
import loom.wgsl.Probe;
import loom.wgsl.Verdict;

/** The page's GPU device: opened and probed once, when first asked for; after a loss, again. */
final class Gpus implements PageGpu {
    private Completion<GpuHost> host = new Completion<>();
    private Completion<Verdict> verdict = new Completion<>();
    private boolean opened;
    private boolean probed;

    @Override
    public Completion<Backends.Choice> choose(Machine otherwise) {
        Completion<Backends.Choice> choice = new Completion<>();
        verdict()
                .map(v -> choice(v, otherwise))
                .whenDone(choice::complete, e -> choice.complete(new Backends.Choice(otherwise, "", e.getMessage())));
        return choice;
    }

    private static Backends.Choice choice(Verdict v, Machine otherwise) {
        return switch (v) {
            case Verdict.Right r ->
                new Backends.Choice(r.machine(), r.machine().adapter().toString(), r.why());
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

    /** What the probe says of the device. */
    private Completion<Verdict> verdict() {
        if (!probed) {
            probed = true;
            Completion<Verdict> asked = verdict;
            host().then(Probe::run).whenDone(asked::complete, asked::fail);
        }
        return verdict;
    }

    private void forget() {
        host = new Completion<>();
        verdict = new Completion<>();
        opened = false;
        probed = false;
    }
}
