package loom.machine.parallel;

/** The operand of a product that has the lanes, {@code [k, columns]} for each group. */
sealed interface Right permits Matrix, Windows {
    /** Distance of groups; 0 if all share one. */
    int groups();
}
