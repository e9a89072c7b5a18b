package loom.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * What each of several models gets right, sample by sample: which of them make up for each other.
 *
 * @param names of the models
 * @param right of every model a mask over the same samples
 */
public record Coverage(List<String> names, List<boolean[]> right) {
    public Coverage {
        names = List.copyOf(names);
        right = List.copyOf(right);
        if (names.isEmpty() || names.size() != right.size()) {
            throw new AnalysisException(
                    names.size() + " names for " + right.size() + " masks, expected at least one of each");
        }
        for (int i = 0; i < right.size(); i++) {
            if (right.get(i).length == 0 || right.get(i).length != right.get(0).length) {
                throw new AnalysisException("the mask of " + names.get(i) + " has " + right.get(i).length
                        + " samples, expected " + Math.max(1, right.get(0).length));
            }
        }
    }

    /** Two models beside each other: numbers of samples. */
    public record Pair(int first, int second, int both, int onlyFirst, int onlySecond, int neither) {
        /** Samples that at least one of them gets right. */
        public int union() {
            return both + onlyFirst + onlySecond;
        }
    }

    /**
     * A step of {@link #ensemble}.
     *
     * @param gained samples that no model before it got right
     * @param covered samples that it or one before gets right
     */
    public record Step(int model, int gained, int covered) {}

    /** Columns are models, rows samples, 0 is wrong and everything else right. */
    public static Coverage of(Table table) {
        List<boolean[]> masks = new ArrayList<>();
        for (int i = 0; i < table.columns(); i++) {
            boolean[] mask = new boolean[table.rows()];
            for (int row = 0; row < mask.length; row++) {
                mask[row] = table.at(row, i) != 0;
            }
            masks.add(mask);
        }
        return new Coverage(table.names(), masks);
    }

    public int samples() {
        return right.get(0).length;
    }

    /** How many samples a model gets right. */
    public int covered(int model) {
        return count(right.get(model));
    }

    /** Every two models, those that together cover most first; of equals those that overlap least, then the lower numbers. */
    public List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < right.size(); i++) {
            for (int j = i + 1; j < right.size(); j++) {
                pairs.add(pair(i, j));
            }
        }
        pairs.sort((a, b) -> a.union() != b.union() ? b.union() - a.union() : a.both() - b.both());
        return pairs;
    }

    private Pair pair(int i, int j) {
        int both = 0;
        int onlyFirst = 0;
        int onlySecond = 0;
        for (int s = 0; s < samples(); s++) {
            boolean a = right.get(i)[s];
            boolean b = right.get(j)[s];
            both += a && b ? 1 : 0;
            onlyFirst += a && !b ? 1 : 0;
            onlySecond += !a && b ? 1 : 0;
        }
        return new Pair(i, j, both, onlyFirst, onlySecond, samples() - both - onlyFirst - onlySecond);
    }

    /**
     * Models one after the other, each the one that adds most samples to what those before it cover, of equals the lower number, until
     * none adds any. That covers at least 1 − 1/e of what the best choice of as many models does (Nemhauser et al. 1978).
     */
    public List<Step> ensemble() {
        List<Step> steps = new ArrayList<>();
        boolean[] union = new boolean[samples()];
        while (true) {
            int best = 0;
            int most = 0;
            for (int i = 0; i < right.size(); i++) {
                int gain = gain(right.get(i), union);
                if (gain > most) {
                    most = gain;
                    best = i;
                }
            }
            if (most == 0) {
                return steps;
            }
            for (int s = 0; s < union.length; s++) {
                union[s] |= right.get(best)[s];
            }
            steps.add(new Step(best, most, count(union)));
        }
    }

    private static int gain(boolean[] mask, boolean[] union) {
        int gain = 0;
        for (int s = 0; s < union.length; s++) {
            gain += mask[s] && !union[s] ? 1 : 0;
        }
        return gain;
    }

    private static int count(boolean[] mask) {
        int n = 0;
        for (boolean b : mask) {
            n += b ? 1 : 0;
        }
        return n;
    }
}
