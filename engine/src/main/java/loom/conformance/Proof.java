package loom.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import loom.inspect.EngineVersion;
import loom.inspect.ModelDigest;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.train.Fit;

/**
 * What a machine's parameters were after every step of the {@link Workload}s: two machines that write the same tracks train alike.
 *
 * @param machine that ran it, and {@code adapter} what that ran on
 */
public record Proof(String engine, String machine, String adapter, List<Track> tracks) {
    /** Hexadecimal digits of a step's digest that are kept. */
    static final int DIGITS = 16;

    /**
     * @param workload its name
     * @param start digest of the model at the beginning
     * @param steps the first digits of its digest after every step
     * @param end digest after the last step
     */
    public record Track(String workload, String start, List<String> steps, String end) {
        public Track {
            steps = List.copyOf(steps);
        }
    }

    public Proof {
        tracks = List.copyOf(tracks);
    }

    /** Runs workloads; {@code progress} hears the workload and the number of its steps after each of them. */
    public static Completion<Proof> of(
            Machine machine,
            String adapter,
            List<Workload> workloads,
            int steps,
            BiConsumer<Workload, Integer> progress) {
        List<Track> tracks = new ArrayList<>();
        return Completion.repeat(
                        workloads.size(),
                        i -> track(machine, workloads.get(i), steps, progress).map(tracks::add))
                .map(n -> new Proof(EngineVersion.text(), machine.name(), adapter, tracks));
    }

    private static Completion<Track> track(
            Machine machine, Workload w, int steps, BiConsumer<Workload, Integer> progress) {
        return Fit.start(w.model(), w.training(), w.data(), machine).then(fit -> {
            List<String> digests = new ArrayList<>();
            String[] last = {ModelDigest.of(w.model())};
            return Completion.repeat(
                            steps,
                            i -> fit.next().then(report -> fit.model()).map(model -> {
                                last[0] = ModelDigest.of(model);
                                digests.add(last[0].substring(0, DIGITS));
                                progress.accept(w, i + 1);
                                return i;
                            }))
                    .map(n -> {
                        fit.close();
                        return new Track(w.name(), ModelDigest.of(w.model()), digests, last[0]);
                    });
        });
    }

    /** The first step at which this proof and another part, as a sentence; what only one of them has is not compared. */
    public Optional<String> difference(Proof other) {
        for (Track t : tracks) {
            Optional<String> found = other.track(t.workload()).flatMap(o -> difference(t, o));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** How many steps can be compared. */
    public int stepsInCommon(Proof other) {
        int common = 0;
        for (Track t : tracks) {
            common += other.track(t.workload())
                    .map(o -> Math.min(t.steps().size(), o.steps().size()))
                    .orElse(0);
        }
        return common;
    }

    private Optional<Track> track(String workload) {
        for (Track t : tracks) {
            if (t.workload().equals(workload)) {
                return Optional.of(t);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(Track a, Track b) {
        if (!a.start().equals(b.start())) {
            return Optional.of(
                    a.workload() + ": the models are others from the beginning: " + a.start() + " and " + b.start());
        }
        int common = Math.min(a.steps().size(), b.steps().size());
        for (int i = 0; i < common; i++) {
            if (!a.steps().get(i).equals(b.steps().get(i))) {
                return Optional.of(a.workload() + ": step " + (i + 1) + " gives "
                        + a.steps().get(i) + " and " + b.steps().get(i));
            }
        }
        if (a.steps().size() == b.steps().size() && !a.end().equals(b.end())) {
            return Optional.of(a.workload() + ": the digests at the end are " + a.end() + " and " + b.end());
        }
        return Optional.empty();
    }
}
