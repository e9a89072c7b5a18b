package loom.machine;

import java.util.LinkedHashMap;
import loom.graph.GraphBuilder;
import loom.graph.Op;
import loom.program.Program;

/** Run-time scalars by name, in the order in which {@link Execution#run} takes them. Those that a program does not have are left out. */
public final class ScalarWords {
    private final LinkedHashMap<String, Integer> words = new LinkedHashMap<>();

    /** What random numbers are made of: see {@link loom.numeric.Philox}. */
    public ScalarWords random(long seed, int step) {
        words.put(GraphBuilder.STEP, step);
        words.put(GraphBuilder.SEED_LOW, (int) seed);
        words.put(GraphBuilder.SEED_HIGH, (int) (seed >>> 32));
        return this;
    }

    public ScalarWords real(String name, float value) {
        words.put(name, Float.floatToRawIntBits(value));
        return this;
    }

    public ScalarWords whole(String name, int value) {
        words.put(name, value);
        return this;
    }

    public int[] of(Program program) {
        int[] given = new int[program.scalars().size() - 1];
        for (int i = 0; i < given.length; i++) {
            Op.Scalar s = program.scalars().get(i + 1);
            Integer word = words.get(s.name());
            if (word == null) {
                throw new IllegalArgumentException("no value for the scalar \"" + s.name() + "\"");
            }
            given[i] = word;
        }
        return given;
    }
}
