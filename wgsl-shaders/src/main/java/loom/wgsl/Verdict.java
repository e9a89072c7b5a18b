package loom.wgsl;

/** What the {@link Probe} says of a device. */
public sealed interface Verdict {
    /** For people: why WebGPU runs, or why it does not. */
    String why();

    /** Every bit was right; {@code machine} has the variants that were checked. */
    record Right(WebGpuMachine machine, String why) implements Verdict {}

    /** The device must not be used; another machine gives the right bits. */
    record Wrong(String why) implements Verdict {}
}
