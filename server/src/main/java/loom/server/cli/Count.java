package loom.server.cli;

/** Options that count: what is too few is refused by the option's name, which the engine behind it does not know. */
final class Count {
    private Count() {}

    /** Refuses a value below {@code least}. */
    static void atLeast(int least, String option, int value) {
        if (value < least) {
            throw new CommandFailed(option + ": expected at least " + least + ", found " + value);
        }
    }
}
