package loom.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loom.graph.Extent;

/**
 * Which values share a slot: those that are never there at the same time. The largest choose first, and each takes the smallest slot that is free as
 * long as it needs one; so no slot grows, and what lives long does not end in one that is far too large.
 */
final class Slots {
    /** Batch at which the sizes of batched and unbatched values are compared. Only memory use depends on it. */
    private static final int NOMINAL_BATCH = 64;

    /** Slots a value looks at: with more, a program would take time that grows with the square of its kernels. */
    private static final int TRIES = 256;

    private static final Comparator<Value> LARGEST_FIRST = Comparator.comparingLong(Value::size)
            .reversed()
            .thenComparingInt(Value::first)
            .thenComparingInt(Value::id);

    /** A buffer that is there from kernel {@code first} to kernel {@code last}; of one that nothing uses, last is before first. */
    record Value(int id, Extent elements, int first, int last) {
        long size() {
            return (long) elements.coefficient() * (elements.batched() ? NOMINAL_BATCH : 1);
        }

        boolean isUsed() {
            return first <= last;
        }

        boolean isAlways() {
            return first < 0 && last == Integer.MAX_VALUE;
        }
    }

    /** The kernels for which a slot is taken, from each first one to its last. */
    private static final class Slot {
        private final int number;
        private final TreeMap<Integer, Integer> taken = new TreeMap<>();

        Slot(int number) {
            this.number = number;
        }

        boolean isFree(Value v) {
            Map.Entry<Integer, Integer> before = taken.floorEntry(v.last);
            return before == null || before.getValue() < v.first;
        }
    }

    private Slots() {}

    /** A slot for every buffer, by its id. */
    static Map<Integer, Integer> of(List<Value> values) {
        List<Value> order = new ArrayList<>(values);
        order.sort(LARGEST_FIRST);
        Map<Integer, Integer> chosen = new LinkedHashMap<>();
        Map<Extent, Integer> bySize = new LinkedHashMap<>();
        List<Slot> shared = new ArrayList<>();
        int count = 0;
        for (Value v : order) {
            if (v.isAlways()) {
                chosen.put(v.id, count++);
            } else if (v.isUsed()) {
                int at = find(shared, v);
                if (at < 0) {
                    at = shared.size();
                    shared.add(new Slot(count++));
                }
                shared.get(at).taken.put(v.first, v.last);
                chosen.put(v.id, shared.get(at).number);
            }
            if (v.isUsed()) {
                bySize.putIfAbsent(v.elements, chosen.get(v.id));
            }
        }
        for (Value v : order) {
            // Whatever is computed in its place is as large.
            if (!v.isUsed()) {
                int fresh = count;
                chosen.put(v.id, bySize.computeIfAbsent(v.elements, e -> fresh));
                count = Math.max(count, chosen.get(v.id) + 1);
            }
        }
        return chosen;
    }

    private static int find(List<Slot> slots, Value v) {
        for (int i = slots.size() - 1; i >= Math.max(0, slots.size() - TRIES); i--) {
            if (slots.get(i).isFree(v)) {
                return i;
            }
        }
        return -1;
    }
}
