package loom.wgsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Program;

/** Runs programs on a device and on the reference machine, and compares every bit. */
final class BitComparison {
    private final WebGpuMachine machine;
    private int right;

    BitComparison(WebGpuMachine machine) {
        this.machine = machine;
    }

    /** How many values have been right so far, in results that were right as a whole. */
    int right() {
        return right;
    }

    /** A program, as the device is to run it. */
    record Check(ProbePrograms.Check what, Layout layout) {}

    /** The first thing that is wrong with a program's results; empty if none is. */
    Completion<String> results(Check c) {
        Program program = c.what().program();
        LinkedHashMap<String, Integer> readable = new LinkedHashMap<>(program.outputs());
        for (Program.Commit commit : program.commits()) {
            readable.put("committed", commit.target());
        }
        return ran(new ReferenceMachine().prepare(program), c.what())
                .then(expected -> ran(machine.prepare(c.layout()), c.what()).then(actual -> {
                    Completion<String> done = Completion.of("");
                    for (Map.Entry<String, Integer> e : readable.entrySet()) {
                        done = done.then(d ->
                                d.isEmpty() ? compare(e.getKey(), e.getValue(), expected, actual) : Completion.of(d));
                    }
                    return done.whenEnded(actual::close);
                }));
    }

    private static Completion<Execution> ran(Completion<Execution> prepared, ProbePrograms.Check c) {
        return prepared.then(e -> {
            for (Map.Entry<String, int[]> feed : c.feeds().entrySet()) {
                write(e, c.program().source(feed.getKey()), feed.getValue());
            }
            e.run();
            return e.finish();
        });
    }

    private static void write(Execution e, int buffer, int[] words) {
        float[] values = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = Float.intBitsToFloat(words[i]);
        }
        e.write(buffer, values);
    }

    private Completion<String> compare(String name, int buffer, Execution expected, Execution actual) {
        Buffer b = expected.program().buffer(buffer);
        return words(expected, b)
                .then(want -> words(actual, b).map(got -> {
                    for (int i = 0; i < want.length; i++) {
                        if (want[i] != got[i]) {
                            return name + " is wrong: element " + i + " has the bits " + Integer.toHexString(got[i])
                                    + " instead of " + Integer.toHexString(want[i]);
                        }
                    }
                    right += want.length;
                    return "";
                }));
    }

    private static Completion<int[]> words(Execution e, Buffer b) {
        Function<float[], int[]> bits = values -> {
            int[] words = new int[values.length];
            for (int i = 0; i < words.length; i++) {
                words[i] = Float.floatToRawIntBits(values[i]);
            }
            return words;
        };
        return b.type().element().isFloat() ? e.readFloats(b.id()).map(bits) : e.readInts(b.id());
    }

    /** What is wrong with a run that must trap, at the reference machine's site, and change nothing; empty if nothing is. */
    Completion<String> trap(Check c) {
        List<String> outcomes = new ArrayList<>();
        return outcome(new ReferenceMachine().prepare(c.what().program()), c.what(), outcomes)
                .then(r -> outcome(machine.prepare(c.layout()), c.what(), outcomes))
                .map(r -> outcomes.get(0).equals(outcomes.get(1))
                                && !outcomes.get(0).isEmpty()
                        ? ""
                        : "the trap of " + c.what().name() + " is not reported: " + outcomes);
    }

    private static Completion<String> outcome(Completion<Execution> prepared, ProbePrograms.Check c, List<String> to) {
        return prepared.then(e -> ran(Completion.of(e), c).otherwise(failure -> {
                    if (failure instanceof NumericTrap t) {
                        to.add("site " + t.site());
                        return Completion.of(e);
                    }
                    throw failure;
                }))
                .then(e -> words(e, e.program().buffer(e.program().source("w"))).whenEnded(e::close))
                .map(w -> {
                    int[] fed = c.feeds().get("w");
                    for (int i = 0; i < fed.length; i++) {
                        if (fed[i] != w[i]) {
                            throw new DeviceException("a run that trapped changed a parameter");
                        }
                    }
                    return "";
                });
    }
}
