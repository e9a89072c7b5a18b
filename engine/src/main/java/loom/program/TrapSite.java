package loom.program;

/** An operation that tests its result by rule T, or its indices; sites are numbered in graph order, the lowest one that traps is reported. */
public record TrapSite(String layer, String operation) {
    @Override
    public String toString() {
        return layer.isEmpty() ? operation : layer + ", " + operation;
    }
}
