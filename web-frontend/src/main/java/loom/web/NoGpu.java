package loom.web;

import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.LeftOut;

/** Shaders are in another file of the engine. */
final class NoGpu implements PageGpu {
    @Override
    public Completion<Backends.Choice> choose(Machine otherwise) {
        throw new LeftOut("this program has no shaders");
    }
}
