package loom.build;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.machine.NumericTrap;
import loom.model.Model;
import loom.train.Dataset;
import loom.train.Diverged;
import loom.train.Evaluator;
import loom.train.Fit;
import loom.train.Training;

/**
 * Networks bred for a task, from a seed: each is trained shortly and measured on samples it has not learned from; the best stay, the
 * others are replaced by children of two winners of small tournaments, changed now and then. The same data, options and seed give the
 * same networks with the same bits, on every machine.
 */
public final class Evolution {
    private static final int RUNS = 64;

    /**
     * @param population networks of a generation
     * @param elite that stay as they are
     * @param tournament of how many the best becomes a parent
     * @param mutation how often a child is changed
     * @param validation share of the samples, from the end, that networks are measured on
     */
    public record Options(int population, int elite, int tournament, float mutation, float validation, long seed) {
        public Options {
            if (population < 2 || elite < 1 || elite >= population) {
                throw new BuildException("a population of " + population + " with " + elite
                        + " that stay, expected at least 2 and fewer that stay, at least 1");
            }
            if (tournament < 1 || !(mutation >= 0 && mutation <= 1) || !(validation > 0 && validation < 1)) {
                throw new BuildException("expected a tournament of at least 1, mutation from 0 to 1 and validation"
                        + " between 0 and 1");
            }
        }

        public static Options of(int population, long seed) {
            return new Options(population, Math.max(1, population / 4), 2, 0.8f, 0.25f, seed);
        }
    }

    /**
     * A network that has been trained and measured.
     *
     * @param loss on the samples kept back; infinite if its training left the numbers' domain
     * @param elements of its parameters
     */
    public record Member(Genome genome, Model model, float loss, long elements) {
        boolean isBetterThan(Member other) {
            return loss < other.loss || loss == other.loss && elements < other.elements;
        }
    }

    /** {@code members}: the best first. */
    public record Generation(int number, List<Member> members) {
        public Generation {
            members = List.copyOf(members);
        }

        public Member best() {
            return members.get(0);
        }
    }

    private final Options options;
    private final Training training;
    private final Dataset learned;
    private final Dataset kept;
    private final Machine machine;
    private final List<Genome> waiting = new ArrayList<>();
    private List<Member> members = new ArrayList<>();
    private int number;

    /**
     * @param outputs of the networks, as the loss takes them
     * @param training of every network
     */
    public Evolution(int outputs, Options options, Training training, Dataset data, Machine machine) {
        int hold = (int) (data.size() * (double) options.validation());
        if (hold < 1 || hold >= data.size()) {
            throw new BuildException(
                    data.size() + " samples cannot be split into some to learn from and some to measure on");
        }
        this.options = options;
        this.training = training;
        this.learned = data.part(0, data.size() - hold);
        this.kept = data.part(data.size() - hold, data.size());
        this.machine = machine;
        Shape input = training.ticks() == 0 ? data.input() : data.input().remove(0);
        waiting.addAll(Architectures.genomes(input, outputs, options.population(), options.seed()));
    }

    /** Trains and measures the networks that are new, and breeds those of the next generation. */
    public Completion<Generation> next() {
        return Completion.untilLast(() -> waiting.isEmpty()
                        ? Completion.of(true)
                        : measured(waiting.remove(0)).map(m -> {
                            members.add(m);
                            return false;
                        }))
                .map(last -> {
                    List<Member> ranked = new ArrayList<>();
                    for (Member m : members) {
                        int at = ranked.size();
                        while (at > 0 && m.isBetterThan(ranked.get(at - 1))) {
                            at--;
                        }
                        ranked.add(at, m);
                    }
                    Generation g = new Generation(number++, ranked);
                    breed(ranked);
                    return g;
                });
    }

    private void breed(List<Member> ranked) {
        Dice dice = new Dice(options.seed(), number);
        members = new ArrayList<>(ranked.subList(0, options.elite()));
        while (waiting.size() < options.population() - options.elite()) {
            Genome child = parent(ranked, dice).crossed(parent(ranked, dice), dice);
            waiting.add(dice.happens(options.mutation()) ? child.mutated(dice) : child);
        }
    }

    /** The best of a few drawn ones; they are ranked, so it is the one with the lowest index. */
    private Genome parent(List<Member> ranked, Dice dice) {
        int best = dice.below(ranked.size());
        for (int i = 1; i < options.tournament(); i++) {
            best = Math.min(best, dice.below(ranked.size()));
        }
        return ranked.get(best).genome();
    }

    private Completion<Member> measured(Genome genome) {
        Model start = Model.initialise(genome.network(), options.seed());
        return trained(start)
                .then(model -> loss(model).map(loss -> member(genome, model, loss)))
                .otherwise(e -> {
                    if (e instanceof Diverged || e instanceof NumericTrap) {
                        return Completion.of(member(genome, start, Float.POSITIVE_INFINITY));
                    }
                    throw e;
                });
    }

    private static Member member(Genome genome, Model model, float loss) {
        return new Member(genome, model, loss, model.parameterCount());
    }

    private Completion<Model> trained(Model start) {
        return Fit.start(start, training, learned, machine).then(fit -> {
            return Completion.untilLast(() ->
                            fit.done() ? Completion.of(true) : fit.turn(RUNS).map(reports -> fit.done()))
                    .then(last -> fit.model())
                    .whenEnded(fit::close);
        });
    }

    private Completion<Float> loss(Model model) {
        return Evaluator.prepare(model, training, machine).then(evaluator -> {
            return evaluator.evaluate(model, kept).map(Evaluator.Result::loss).whenEnded(evaluator::close);
        });
    }
}
