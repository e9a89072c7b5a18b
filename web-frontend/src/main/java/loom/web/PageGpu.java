package loom.web;

import loom.machine.Completion;
import loom.machine.Machine;

/** The WebGPU of the page, as far as this file of the engine can use it. */
interface PageGpu {
    /** A machine on the page's GPU, or {@code otherwise} and why. */
    Completion<Backends.Choice> choose(Machine otherwise);
}
