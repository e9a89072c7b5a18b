package loom.machine.parallel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import loom.machine.DeviceException;

/**
 * Threads that divide tasks among themselves; the caller is one of them. Threads end when they had nothing to do for a while, and do not
 * keep a process alive.
 */
final class Crew {
    private static final long IDLE_SECONDS = 10;

    /** Work of about 20 microseconds, in operations on elements: less is not worth another thread. */
    private static final int WORTH_SHARING = 1 << 16;

    /** One piece of work, with memory that no other thread uses meanwhile. */
    @FunctionalInterface
    interface Task {
        void run(int index, Scratch scratch);
    }

    private final int size;
    private final int worthSharing;
    private final Executor others;
    private final Deque<Scratch> idle = new ArrayDeque<>();

    Crew(int size) {
        this(size, WORTH_SHARING, pool(size));
    }

    /** {@code worthSharing}: operations that are a task of their own; {@code others} runs what the caller shares out. */
    Crew(int size, int worthSharing, Executor others) {
        if (size < 1) {
            throw new IllegalArgumentException("expected at least 1 thread, found " + size);
        }
        this.size = size;
        this.worthSharing = worthSharing;
        this.others = others;
    }

    static Executor pool(int size) {
        ThreadFactory daemons = work -> {
            Thread t = new Thread(work, "loom");
            t.setDaemon(true);
            return t;
        };
        int most = Math.max(1, size - 1);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    int size() {
        return size;
    }

    /** How many tasks to cut work into: some for each thread, so that one that is held up does not hold up all; at most {@code most}. */
    int tasks(long operations, int most) {
        long worth = operations / worthSharing;
        return size == 1 || worth < 2 ? 1 : (int) Math.min(Math.min(worth, 4L * size), most);
    }

    /**
     * Runs tasks 0 to {@code tasks} − 1, in any order, and returns when all have ended. Fails with {@link DeviceException} if one failed,
     * if a thread was lost, or if the caller was interrupted: what the tasks were to write is undefined then.
     */
    void run(int tasks, Task task) {
        Share share = new Share(tasks, task);
        for (int i = 1; i < Math.min(size, tasks); i++) {
            try {
                others.execute(share);
            } catch (OutOfMemoryError | RejectedExecutionException e) {
                break; // no more threads: those there are do it
            }
        }
        share.run();
        share.await();
    }

    /** Tasks that several threads take, one after the other. A thread that comes late finds none left. */
    private final class Share implements Runnable {
        private final int tasks;
        private final Task task;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        /** Threads that have taken a task and not ended it. */
        private int busy;

        Share(int tasks, Task task) {
            this.tasks = tasks;
            this.task = task;
        }

        @Override
        public void run() {
            synchronized (this) {
                busy++;
            }
            try {
                work();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                stop();
            } finally {
                synchronized (this) {
                    busy--;
                    notifyAll();
                }
            }
        }

        private void work() {
            Scratch scratch = borrow();
            try {
                for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                    task.run(i, scratch);
                }
            } finally {
                giveBack(scratch);
            }
        }

        /** No thread takes another task. */
        private void stop() {
            next.set(tasks);
        }

        void await() {
            boolean interrupted = Thread.interrupted();
            synchronized (this) {
                while (busy > 0) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                        stop();
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
                throw new DeviceException("the run was interrupted; nothing was changed");
            }
            Throwable e = failure.get();
            if (e instanceof OutOfMemoryError memory) {
                throw memory;
            }
            if (e != null) {
                DeviceException lost = new DeviceException(
                        "a thread of the parallel machine was lost (" + e + "); nothing was changed");
                lost.initCause(e);
                throw lost;
            }
        }
    }

    private Scratch borrow() {
        synchronized (idle) {
            return idle.isEmpty() ? new Scratch() : idle.pop();
        }
    }

    private void giveBack(Scratch scratch) {
        synchronized (idle) {
            idle.push(scratch);
        }
    }
}
