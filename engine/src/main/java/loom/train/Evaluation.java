package loom.train;

import java.util.Optional;

/**
 * What metrics leave out: how far numbers are off, whether probabilities can be believed, and the samples to look at.
 *
 * @param deviations of a loss of numbers
 * @param calibration of a loss of classes or questions
 */
public record Evaluation(Optional<Deviations> deviations, Optional<Calibration> calibration) {
    /** How many of the worst samples are named, unless said. */
    public static final int WORST = 10;

    static Evaluation of(Evaluator.Result result, int worst) {
        Answers a = result.answers();
        return switch (result.metrics()) {
            case Regression r -> new Evaluation(Optional.of(Deviations.of(a, worst)), Optional.empty());
            case Classification c ->
                new Evaluation(Optional.empty(), Optional.of(Calibration.classes(a, a.areLabels(), worst)));
            case Multilabel m -> new Evaluation(Optional.empty(), Optional.of(Calibration.questions(a, worst)));
        };
    }
}
