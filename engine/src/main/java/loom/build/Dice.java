package loom.build;

import java.util.List;
import loom.numeric.Philox;

/** Draws one after the other; {@code stream} keeps those of different purposes apart. */
final class Dice {
    private final long seed;
    private final int stream;
    private int next;

    Dice(long seed, int stream) {
        this.seed = seed;
        this.stream = stream;
    }

    /** From 0 to below {@code n}. */
    int below(int n) {
        long word = Philox.word(seed, next++, stream, 0, Philox.EVOLUTION) & 0xffffffffL;
        return (int) ((word * n) >>> 32);
    }

    boolean happens(float share) {
        return Philox.uniform(Philox.word(seed, next++, stream, 0, Philox.EVOLUTION)) < share;
    }

    <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }
}
