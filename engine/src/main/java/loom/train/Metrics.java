package loom.train;

import java.util.List;

/** What is said of a model's answers beside the loss; {@link Loss#metrics} chooses. */
public sealed interface Metrics permits Metrics.Decisions, Regression {
    /** Metrics of yes and no, class by class or question by question. */
    sealed interface Decisions extends Metrics permits Classification, Multilabel {
        List<Counts> counts();

        /** Mean precision of the classes that occur in targets or answers. */
        default float macroPrecision() {
            double sum = 0;
            for (Counts c : counts()) {
                sum += c.precision();
            }
            return mean(sum);
        }

        /** Mean recall of the classes that occur in targets or answers. */
        default float macroRecall() {
            double sum = 0;
            for (Counts c : counts()) {
                sum += c.recall();
            }
            return mean(sum);
        }

        /** Mean F1 of the classes that occur in targets or answers. */
        default float macroF1() {
            double sum = 0;
            for (Counts c : counts()) {
                sum += c.f1();
            }
            return mean(sum);
        }

        /** All three are 0 for a class that does not occur: it adds nothing to a sum. */
        private float mean(double sum) {
            int occur = 0;
            for (Counts c : counts()) {
                occur += c.occurs() ? 1 : 0;
            }
            return occur == 0 ? 0 : (float) (sum / occur);
        }
    }

    /** How many rows were looked at. */
    int rows();
}
