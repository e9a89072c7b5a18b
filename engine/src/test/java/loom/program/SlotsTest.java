package loom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import loom.graph.Extent;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final int ALWAYS = Integer.MAX_VALUE;

    private static Slots.Value value(int id, int elements, int first, int last) {
        return new Slots.Value(id, Extent.of(elements), first, last);
    }

    @Test
    void valuesAtTheSameTimeShareNothing() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<Slots.Value> values = new ArrayList<>();
            int count = 1 + random.nextInt(60);
            for (int id = 0; id < count; id++) {
                int first = random.nextInt(40);
                Extent elements = new Extent(1 + random.nextInt(5), random.nextBoolean());
                values.add(new Slots.Value(id, elements, first, first + random.nextInt(8)));
            }
            Map<Integer, Integer> slots = Slots.of(values);
            for (Slots.Value a : values) {
                for (Slots.Value b : values) {
                    boolean meet = a.first() <= b.last() && b.first() <= a.last();
                    if (a.id() != b.id() && meet) {
                        assertNotEquals(slots.get(a.id()), slots.get(b.id()));
                    }
                }
            }
            int used = new TreeSet<>(slots.values()).size();
            assertEquals(used - 1, new TreeSet<>(slots.values()).last());
        }
    }

    /** One after the other: a chain takes two slots, however long it is. */
    @Test
    void aChainTakesTwoSlots() {
        List<Slots.Value> values = new ArrayList<>();
        for (int id = 0; id < 10_000; id++) {
            values.add(value(id, 16, id, id + 1));
        }
        assertThat(new TreeSet<>(Slots.of(values).values())).containsExactly(0, 1);
    }

    /** Two that live long do not end in the large slot, which another needs later. */
    @Test
    void theLargestChooseFirst() {
        Map<Integer, Integer> slots =
                Slots.of(List.of(value(0, 100, 0, 1), value(1, 10, 2, 9), value(2, 10, 2, 9), value(3, 100, 3, 4)));
        assertEquals(slots.get(0), slots.get(3));
        assertThat(slots.get(1)).isNotEqualTo(slots.get(0)).isNotEqualTo(slots.get(2));
    }

    @Test
    void whatIsAlwaysThereIsAlone() {
        Map<Integer, Integer> slots =
                Slots.of(List.of(value(0, 10, -1, ALWAYS), value(1, 10, 3, 4), value(2, 10, 5, ALWAYS)));
        assertNotEquals(slots.get(0), slots.get(1));
        assertEquals(slots.get(1), slots.get(2));
    }

    @Test
    void whatNothingUsesLiesWhereItMakesNothingLarger() {
        Map<Integer, Integer> slots =
                Slots.of(List.of(value(0, 10, -1, ALWAYS), value(1, 5, 3, 4), value(2, 10, ALWAYS, -1)));
        assertEquals(slots.get(0), slots.get(2));
        assertThat(Slots.of(List.of(value(7, 3, ALWAYS, -1)))).containsEntry(7, 0);
    }
}
