package loom.web;

import loom.machine.Completion;
import loom.wgsl.GpuHost;
import loom.wgsl.Probe;
import loom.wgsl.Verdict;

/** The page's GPU device: opened and probed once, when first asked for; after a loss, again. */
final class Gpus {
    private Completion<GpuHost> host = new Completion<>();
    private Completion<Verdict> verdict = new Completion<>();
    private boolean opened;
    private boolean probed;

    /** Fails, in words for people, where there is no WebGPU. */
    Completion<GpuHost> host() {
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
    Completion<Verdict> verdict() {
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
