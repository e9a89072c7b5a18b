package loom.train;

import java.util.List;
import java.util.function.Function;

/** What is said of a model's answers beside the loss; {@link Loss#metrics} chooses. */
public sealed interface Metrics permits Metrics.Decisions, Regression {
    /** Metrics of yes and no, class by class or question by question. */
    sealed interface Decisions extends Metrics permits Classification, Multilabel {
        List<Counts> counts();

        /** Mean precision of the classes that occur in targets or answers. */
        default float macroPrecision() {
            return mean(Counts::precision);
        }

        /** Mean recall of the classes that occur in targets or answers. */
        default float macroRecall() {
            return mean(Counts::recall);
        }

        /** Mean F1 of the classes that occur in targets or answers. */
        default float macroF1() {
            return mean(Counts::f1);
        }

        private float mean(Function<Counts, Float> share) {
            double sum = 0;
            int occur = 0;
            for (Counts c : counts()) {
                if (c.occurs()) {
                    sum += share.apply(c);
                    occur++;
                }
            }
            return occur == 0 ? 0 : (float) (sum / occur);
        }
    }

    /** How many rows were looked at. */
    int rows();
}
