package loom.train;

import loom.machine.NumericTrap;

/** A number left its domain while a model was trained: the rate is too large, or the data are. The weights are those before the run. */
public final class Diverged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int epoch;
    private final int step;

    Diverged(int epoch, int step, NumericTrap trap) {
        super("epoch " + epoch + ", step " + step + ": " + trap.getMessage(), trap);
        this.epoch = epoch;
        this.step = step;
    }

    public int epoch() {
        return epoch;
    }

    public int step() {
        return step;
    }
}
