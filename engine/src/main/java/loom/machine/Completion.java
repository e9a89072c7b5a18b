package loom.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

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

    public static <T> Completion<T> failed(RuntimeException failure) {
        Completion<T> c = new Completion<>();
        c.fail(failure);
        return c;
    }

    /** {@code body} for 0 to {@code times} − 1, each after the one before. Steps that are complete at once do not deepen the stack. */
    public static Completion<Integer> repeat(int times, IntFunction<Completion<?>> body) {
        Completion<Integer> all = new Completion<>();
        repeat(0, times, body, all);
        return all;
    }

    private static void repeat(int from, int times, IntFunction<Completion<?>> body, Completion<Integer> all) {
        for (int i = from; i < times; i++) {
            Completion<?> step;
            try {
                step = body.apply(i);
            } catch (RuntimeException e) {
                step = failed(e);
            }
            if (!step.done) {
                int next = i + 1;
                step.whenDone(v -> repeat(next, times, body, all), all::fail);
                return;
            }
            if (step.failure != null) {
                all.fail(step.failure);
                return;
            }
        }
        all.complete(times);
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
