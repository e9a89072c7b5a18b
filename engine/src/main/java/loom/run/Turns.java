package loom.run;

import java.util.function.Supplier;
import loom.machine.Completion;

/** Calls that may overlap, carried out one after the other. */
final class Turns {
    private final String what;
    private boolean closed;
    private Completion<?> last = Completion.of(true);

    /** {@code what} is closed at the end, for a message. */
    Turns(String what) {
        this.what = what;
    }

    /** Starts {@code work} when the call before has ended, well or not. */
    <T> Completion<T> queue(Supplier<Completion<T>> work) {
        Completion<T> result = new Completion<>();
        Runnable start = () -> {
            Completion<T> c;
            try {
                if (closed) {
                    throw new IllegalStateException(what + " is closed");
                }
                c = work.get();
            } catch (RuntimeException e) {
                c = Completion.failed(e);
            }
            c.whenDone(result::complete, result::fail);
        };
        Completion<?> before = last;
        last = result;
        before.whenDone(v -> start.run(), e -> start.run());
        return result;
    }

    /** Runs {@code end} after the calls under way; later ones fail. */
    void close(Runnable end) {
        queue(() -> {
            closed = true;
            end.run();
            return Completion.of(true);
        });
    }
}
