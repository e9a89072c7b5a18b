package loom.machine;

import loom.program.Program;
import loom.program.TrapSite;

/**
 * A result left its domain (rule T): overflow, or an undefined case such as x/0 or log of a negative number. The run committed
 * nothing. The site is the lowest in graph order, the same on every machine.
 */
public final class NumericTrap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int site;
    private final String layer;

    public NumericTrap(Program program, int site) {
        super(message(program.sites().get(site)));
        this.site = site;
        this.layer = program.sites().get(site).layer();
    }

    private static String message(TrapSite site) {
        return "numeric trap in " + site + ": a result is above 2^50 in magnitude or undefined; nothing was changed";
    }

    public int site() {
        return site;
    }

    public String layer() {
        return layer;
    }
}
