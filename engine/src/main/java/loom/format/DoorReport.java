package loom.format;

/** How many values came in, and how many of them had to be rounded into the machine's domain. */
public record DoorReport(long elements, long changed) {
    public static final DoorReport NONE = new DoorReport(0, 0);

    public DoorReport plus(DoorReport other) {
        return new DoorReport(elements + other.elements, changed + other.changed);
    }
}
