package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import loom.machine.DeviceException;
import org.junit.jupiter.api.Test;

class CrewTest {
    @Test
    void everyTaskRunsOnce() {
        for (int threads : new int[] {1, 2, 7}) {
            Crew crew = new Crew(threads);
            for (int tasks : new int[] {0, 1, 2, 50}) {
                AtomicIntegerArray ran = new AtomicIntegerArray(50);
                crew.run(tasks, (i, scratch) -> ran.incrementAndGet(i));
                for (int i = 0; i < 50; i++) {
                    assertThat(ran.get(i)).isEqualTo(i < tasks ? 1 : 0);
                }
            }
        }
    }

    @Test
    void threadsWorkAtTheSameTime() {
        CountDownLatch all = new CountDownLatch(3);
        // Ends only if three threads meet.
        new Crew(3).run(3, (i, scratch) -> {
            all.countDown();
            await(all);
        });
        assertThat(all.getCount()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLostThreadEndsTheRunWithAnError() {
        Crew crew = new Crew(3);
        Crew.Task task = (i, scratch) -> {
            if (i == 5) {
                throw new StackOverflowError("too deep");
            }
        };
        assertThatThrownBy(() -> crew.run(100, task))
                .isInstanceOf(DeviceException.class)
                .hasMessage("a thread of the parallel machine was lost (java.lang.StackOverflowError: too deep);"
                        + " nothing was changed")
                .hasCauseInstanceOf(StackOverflowError.class);
        AtomicInteger ran = new AtomicInteger();
        crew.run(4, (i, scratch) -> ran.incrementAndGet());
        assertThat(ran).hasValue(4);
    }

    @Test
    void lackOfMemoryIsCalledThat() {
        OutOfMemoryError none = new OutOfMemoryError("no more");
        Crew.Task task = (i, scratch) -> {
            throw none;
        };
        assertThatThrownBy(() -> new Crew(3).run(100, task)).isSameAs(none);
    }

    @Test
    void workIsDoneIfNoThreadTakesPart() {
        AtomicInteger ran = new AtomicInteger();
        new Crew(4, 1, late -> {}).run(10, (i, scratch) -> ran.incrementAndGet());
        assertThat(ran).hasValue(10);
    }

    @Test
    void workIsDoneIfNoThreadCanBeMade() {
        AtomicInteger ran = new AtomicInteger();
        Crew crew = new Crew(4, 1, work -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        crew.run(10, (i, scratch) -> ran.incrementAndGet());
        assertThat(ran).hasValue(10);
    }

    @Test
    void aThreadThatComesLateFindsNothingToDo() {
        AtomicInteger ran = new AtomicInteger();
        Runnable[] late = new Runnable[1];
        new Crew(2, 1, work -> late[0] = work).run(10, (i, scratch) -> ran.incrementAndGet());
        late[0].run();
        assertThat(ran).hasValue(10);
    }

    @Test
    void anInterruptEndsTheRunWithAnError() {
        Crew crew = new Crew(2);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        AtomicInteger ran = new AtomicInteger();
        Crew.Task task = (i, scratch) -> {
            ran.incrementAndGet();
            if (Thread.currentThread() == caller) {
                await(started);
                caller.interrupt();
                released.countDown();
            } else {
                started.countDown();
                await(released);
            }
        };
        assertThatThrownBy(() -> crew.run(2, task))
                .isInstanceOf(DeviceException.class)
                .hasMessage("the run was interrupted; nothing was changed");
        assertThat(Thread.interrupted()).as("the caller still knows").isTrue();
        assertThat(ran).as("no task is at work any more").hasValue(2);
    }

    @Test
    void refusesNoThreads() {
        assertThatThrownBy(() -> new ParallelMachine(0)).hasMessage("expected at least 1 thread, found 0");
    }
}
