package loom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionTest {
    @Test
    void allWaitsForEveryPartAndKeepsTheirOrder() {
        Completion<String> first = new Completion<>();
        Completion<String> second = new Completion<>();
        Completion<List<String>> all = Completion.all(List.of(first, second, Completion.of("c")));
        second.complete("b");
        assertThat(all.isDone()).isFalse();
        first.complete("a");
        assertThat(all.get()).containsExactly("a", "b", "c");
        assertThat(Completion.all(List.of()).get()).isEmpty();
    }

    @Test
    void allFailsWithTheFirstFailure() {
        Completion<String> late = new Completion<>();
        Completion<List<String>> all =
                Completion.all(List.of(late, Completion.failed(new DeviceException("first")), Completion.of("c")));
        late.fail(new DeviceException("second"));
        assertThatThrownBy(all::get).hasMessage("first");
    }

    /** So many steps inside each other would not fit on a stack. */
    @Test
    void stepsThatAreCompleteAtOnceDoNotDeepenTheStack() {
        int[] taken = {0};
        Completion<Boolean> end = Completion.untilLast(() -> Completion.of(++taken[0] == 1_000_000));
        assertThat(end.isDone()).isTrue();
        assertThat(taken[0]).isEqualTo(1_000_000);
    }

    @Test
    void stepsThatComeLaterAreWaitedFor() {
        Completion<Boolean> second = new Completion<>();
        int[] taken = {0};
        Completion<Boolean> end = Completion.untilLast(() -> ++taken[0] == 2 ? second : Completion.of(taken[0] == 4));
        assertThat(end.isDone()).isFalse();
        assertThat(taken[0]).isEqualTo(2);
        second.complete(false);
        assertThat(end.isDone()).isTrue();
        assertThat(taken[0]).isEqualTo(4);
        assertThatThrownBy(() -> Completion.untilLast(() -> {
                            throw new IllegalStateException("no");
                        })
                        .get())
                .hasMessage("no");
    }

    @Test
    void aFailureMayBecomeAValueOrAnotherFailure() {
        assertThat(Completion.of("a").otherwise(e -> Completion.of("b")).get()).isEqualTo("a");
        Completion<String> late = new Completion<>();
        Completion<String> named = late.otherwise(e -> Completion.of(e.getMessage()));
        assertThat(named.isDone()).isFalse();
        late.fail(new DeviceException("lost"));
        assertThat(named.get()).isEqualTo("lost");
        assertThatThrownBy(() -> late.otherwise(e -> {
                            throw new IllegalStateException("again " + e.getMessage());
                        })
                        .get())
                .hasMessage("again lost");
    }
}
