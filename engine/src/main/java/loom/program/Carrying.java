package loom.program;

import java.util.ArrayList;
import java.util.List;
import loom.graph.TensorType;

/**
 * The end of a trip: next values of a loop come to where the present ones are. They are computed there, if nothing needs the present
 * one any more, else copied.
 */
final class Carrying {
    /** The next value in buffer {@code next} is to lie in buffer {@code carried}. */
    record Move(int next, int carried, TensorType type) {}

    private final Emitter emitter;
    private final List<Kernel> trip;

    private Carrying(List<Kernel> trip, Emitter emitter) {
        this.trip = new ArrayList<>(trip);
        this.emitter = emitter;
    }

    /** Kernels of a trip, given those that compute the next values. */
    static List<Kernel> complete(List<Kernel> trip, List<Move> moves, Emitter emitter) {
        Carrying c = new Carrying(trip, emitter);
        List<Kernel> copies = new ArrayList<>();
        List<Move> left = new ArrayList<>(moves);
        while (!left.isEmpty()) {
            Move m = left.remove(0);
            if (m.next == m.carried) {
                continue;
            }
            if (c.computesInPlace(m)) {
                left.replaceAll(x -> x.next == m.next ? new Move(m.carried, x.carried, x.type) : x);
                continue;
            }
            Fusion copy = new Fusion();
            copy.add(new Value.Stored(new Kernel.Load(m.next, m.type.shape())), m.type);
            copies.add(copy.kernel(m.type.shape(), m.carried));
        }
        c.trip.addAll(copies);
        return c.trip;
    }

    private boolean computesInPlace(Move m) {
        // Slices are other names for the same memory, so reads of it would go unseen.
        if (!emitter.isTemporary(m.next) || emitter.isSliced(m.next) || emitter.isSliced(m.carried)) {
            return false;
        }
        int at = 0;
        while (at < trip.size() && trip.get(at).out() != m.next) {
            at++;
        }
        if (at == trip.size() || !overwrites(trip.get(at), m.carried)) {
            return false;
        }
        for (Kernel k : trip.subList(at + 1, trip.size())) {
            if (k.reads().contains(m.carried)) {
                return false;
            }
        }
        trip.replaceAll(k -> k.renamed(m.next, m.carried));
        return true;
    }

    /** Whether the kernel may write to a buffer: it does not read it, or reads each element only for that of the same position. */
    static boolean overwrites(Kernel k, int buffer) {
        if (!(k instanceof Kernel.Pointwise p)) {
            return !k.reads().contains(buffer);
        }
        for (Kernel.Load l : p.loads()) {
            if (l.buffer() == buffer && !(l.isWhole() && l.shape().equals(p.space()))) {
                return false;
            }
        }
        return true;
    }
}
