package loom.wgsl;

import java.util.function.Supplier;

/** What the {@link Probe} says of a device. */
public sealed interface Verdict {
    /** For people: why WebGPU runs, or why it does not. */
    String why();

    /**
     * Every bit was right so far; {@code machine} looks at what a program needs before it prepares it, and fails if it is wrong: then
     * another machine gives the right bits.
     */
    record Right(WebGpuMachine machine, Supplier<String> checked) implements Verdict {
        /** Says more, after programs were prepared. */
        @Override
        public String why() {
            return checked.get();
        }
    }

    /** The device must not be used; another machine gives the right bits. */
    record Wrong(String why) implements Verdict {}
}
