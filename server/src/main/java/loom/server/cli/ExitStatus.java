package loom.server.cli;

/** What the command tells the shell. */
final class ExitStatus {
    static final int OK = 0;

    /** {@code verify}, {@code prove}: another run gave other bits. */
    static final int DIFFERS = 1;

    /** Arguments, files or values that the command cannot work with; stderr says which. */
    static final int REFUSED = 2;

    /** A mistake of ours. */
    static final int BROKEN = 3;

    private ExitStatus() {}
}
