package loom.machine;

import loom.program.Program;

/**
 * A result left its domain (rule T): overflow, or an undefined case such as x/0 or log of a negative number; or an index chose a row
 * that is not there. The run committed nothing. The site is the lowest in graph order, the same on every machine.
 */
public final class NumericTrap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int site;
    private final String layer;

    public NumericTrap(Program program, int site) {
        this(program, site, "numeric", "a result is above 2^50 in magnitude or undefined");
    }

    /** The site's operation was given {@code index} for one of {@code rows} rows. */
    public NumericTrap(Program program, int site, int index, int rows) {
        this(program, site, "index", "index " + index + " is outside 0.." + (rows - 1));
    }

    private NumericTrap(Program program, int site, String kind, String reason) {
        super(kind + " trap in " + program.sites().get(site) + ": " + reason + "; nothing was changed");
        this.site = site;
        this.layer = program.sites().get(site).layer();
    }

    public int site() {
        return site;
    }

    public String layer() {
        return layer;
    }
}
