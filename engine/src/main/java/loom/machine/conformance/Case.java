package loom.machine.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NumericTrap;
import loom.program.Buffer;
import loom.program.Program;

/**
 * A program with everything that several runs of it are fed.
 *
 * @param name what it is, for messages
 */
public record Case(String name, Program program, List<Step> steps) {
    /** One run: words of the sources written before it, by name. */
    public record Step(int batch, int[] scalars, LinkedHashMap<String, int[]> feeds) {}

    public Case {
        steps = List.copyOf(steps);
    }

    /** Runs everything on a machine; one line for every buffer that can be read after every step, with a digest of its words. */
    public Completion<List<String>> outcome(Machine machine) {
        List<String> lines = new ArrayList<>();
        return machine.prepare(program).then(e -> {
            Completion<Execution> done = Completion.of(e);
            for (int i = 0; i < steps.size(); i++) {
                int step = i;
                done = done.then(x -> step(x, step, lines));
            }
            return done.map(x -> {
                x.close();
                return lines;
            });
        });
    }

    /** Gives an execution of the program what a step feeds it, and runs it. */
    public void run(Execution e, int step) {
        Step s = steps.get(step);
        e.batch(s.batch);
        for (Map.Entry<String, int[]> feed : s.feeds.entrySet()) {
            int buffer = program.source(feed.getKey());
            if (program.buffer(buffer).type().element().isFloat()) {
                e.write(buffer, floats(feed.getValue()));
            } else {
                e.write(buffer, feed.getValue());
            }
        }
        e.run(s.scalars);
    }

    private Completion<Execution> step(Execution e, int number, List<String> lines) {
        run(e, number);
        Completion<Execution> done = e.finish()
                .map(x -> {
                    lines.add(number + " ran");
                    return x;
                })
                .otherwise(failure -> {
                    if (failure instanceof NumericTrap t) {
                        lines.add(number + " trapped at " + t.site() + ": " + t.getMessage());
                        return Completion.of(e);
                    }
                    throw failure;
                });
        for (Map.Entry<String, Integer> b : readable().entrySet()) {
            done = done.then(x -> digest(x, number, b.getKey(), b.getValue(), lines));
        }
        return done;
    }

    /** What a user may read after a run, with a word on what it is. */
    private Map<String, Integer> readable() {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (Map.Entry<String, Integer> e : program.sources().entrySet()) {
            if (program.buffer(e.getValue()) instanceof Buffer.Source s && s.role() != Buffer.Role.INPUT) {
                all.put("source " + e.getKey(), e.getValue());
            }
        }
        for (Map.Entry<String, Integer> e : program.outputs().entrySet()) {
            all.put("output " + e.getKey(), e.getValue());
        }
        return all;
    }

    private Completion<Execution> digest(Execution e, int step, String name, int buffer, List<String> lines) {
        boolean ran = lines.contains(step + " ran");
        // Outputs mean something only if the run did not trap; parameters and state must be intact then too.
        if (!ran && name.startsWith("output")) {
            return Completion.of(e);
        }
        boolean isFloat = program.buffer(buffer).type().element().isFloat();
        Completion<int[]> words = isFloat ? e.readFloats(buffer).map(Case::bits) : e.readInts(buffer);
        return words.map(w -> {
            lines.add(step + " " + name + " " + Integer.toHexString(digest(w)));
            return e;
        });
    }

    /** FNV-1a over words. */
    private static int digest(int[] words) {
        int h = 0x811c9dc5;
        for (int w : words) {
            h = (h ^ w) * 16777619;
        }
        return h;
    }

    private static int[] bits(float[] values) {
        int[] w = new int[values.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = Float.floatToRawIntBits(values[i]);
        }
        return w;
    }

    private static float[] floats(int[] words) {
        float[] v = new float[words.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = Float.intBitsToFloat(words[i]);
        }
        return v;
    }
}
