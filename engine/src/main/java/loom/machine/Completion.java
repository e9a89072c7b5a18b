package loom.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A value that is there now or later: complete at once on the JVM, after a read-back on WebGPU. Engine code chains; only the edge
 * to JavaScript turns one into a Promise. Single-threaded.
 */
public final class Completion<T> {
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean done;
    private T value;
    private RuntimeException failure;

    public static <T> Completion<T> of(T value) {
        Completion<T> c = new Completion<>();
        c.complete(value);
        return c;
    }

    /** All values, in order; the first failure if there is one. */
    public static <T> Completion<List<T>> all(List<Completion<T>> parts) {
        Completion<List<T>> result = new Completion<>();
        int[] missing = {parts.size() + 1};
        Runnable arrived = () -> {
            missing[0]--;
            if (missing[0] == 0) {
                List<T> values = new ArrayList<>();
                parts.forEach(p -> values.add(p.get()));
                result.complete(values);
            }
        };
        for (Completion<T> part : parts) {
            part.whenDone(value -> arrived.run(), e -> {
                if (!result.isDone()) {
                    result.fail(e);
                }
            });
        }
        arrived.run();
        return result;
    }

    /** Takes steps, one after the other, until one says that it was the last. The stack does not grow with their number. */
    public static Completion<Boolean> untilLast(Supplier<Completion<Boolean>> step) {
        Completion<Boolean> result = new Completion<>();
        advance(step, result);
        return result;
    }

    private static void advance(Supplier<Completion<Boolean>> step, Completion<Boolean> result) {
        Completion<Boolean> taken;
        try {
            do {
                taken = step.get();
            } while (taken.isDone() && !taken.get());
        } catch (RuntimeException e) {
            result.fail(e);
            return;
        }
        taken.whenDone(
                last -> {
                    if (last) {
                        result.complete(true);
                    } else {
                        advance(step, result);
                    }
                },
                result::fail);
    }

    public static <T> Completion<T> failed(RuntimeException failure) {
        Completion<T> c = new Completion<>();
        c.fail(failure);
        return c;
    }

    /** {@code body} for 0 to {@code times} − 1, each after the one before. Steps that are complete at once do not deepen the stack. */
    public static Completion<Integer> repeat(int times, IntFunction<Completion<?>> body) {
        int[] next = {0};
        return untilLast(() -> next[0] == times
                        ? Completion.of(true)
                        : body.apply(next[0]++).map(v -> false))
                .map(last -> times);
    }

    public void complete(T result) {
        end(result, null);
    }

    public void fail(RuntimeException e) {
        end(null, e);
    }

    private void end(T result, RuntimeException e) {
        if (done) {
            throw new IllegalStateException("completed twice");
        }
        done = true;
        value = result;
        failure = e;
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    public boolean isDone() {
        return done;
    }

    /** The value, if it is there; throws the failure, or IllegalStateException if it is not there yet. */
    public T get() {
        if (!done) {
            throw new IllegalStateException("not complete yet");
        }
        if (failure != null) {
            throw failure;
        }
        return value;
    }

    public <R> Completion<R> map(Function<T, R> f) {
        return then(v -> of(f.apply(v)));
    }

    public <R> Completion<R> then(Function<T, Completion<R>> f) {
        Completion<R> result = new Completion<>();
        whenDone(
                v -> {
                    Completion<R> next;
                    try {
                        next = f.apply(v);
                    } catch (RuntimeException e) {
                        next = failed(e);
                    }
                    next.whenDone(result::complete, result::fail);
                },
                result::fail);
        return result;
    }

    /** This value, or what {@code f} makes of the failure; it may throw that again. */
    public Completion<T> otherwise(Function<RuntimeException, Completion<T>> f) {
        Completion<T> result = new Completion<>();
        whenDone(result::complete, failure -> of(failure).then(f).whenDone(result::complete, result::fail));
        return result;
    }

    /** Runs an action once this is complete or has failed, before whoever asks afterwards: gives back what it needed. Answers itself. */
    public Completion<T> whenEnded(Runnable action) {
        whenDone(v -> action.run(), e -> action.run());
        return this;
    }

    public void whenDone(Consumer<T> onValue, Consumer<RuntimeException> onFailure) {
        Runnable r = () -> {
            if (failure != null) {
                onFailure.accept(failure);
            } else {
                onValue.accept(value);
            }
        };
        if (done) {
            r.run();
        } else {
            waiting.add(r);
        }
    }
}
