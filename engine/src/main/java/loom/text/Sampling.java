package loom.text;

import java.util.Arrays;
import java.util.Set;
import loom.numeric.F32;
import loom.numeric.Philox;

/**
 * How the next token is chosen from logits. In this order: repetition penalty (Keskar et al. 2019), temperature, the {@code topK} best
 * (Fan et al. 2018), the fewest whose probabilities reach {@code topP} (Holtzman et al. 2020), those with at least {@code minP} times the
 * best one's probability (Nguyen et al. 2024); of what is left one is drawn. Equal logits stand by id. Every step is f32 or f64
 * arithmetic in a stated order, and the draw is Philox's: the same logits give the same token everywhere.
 *
 * @param temperature 0 takes the best token, always
 * @param topK 0 for all
 * @param topP 1 for all
 * @param minP 0 for all
 * @param repetitionPenalty logits of tokens that were there are divided by it, negative ones multiplied; 1 for none
 */
public record Sampling(float temperature, int topK, float topP, float minP, float repetitionPenalty, long seed) {
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 1);

    public Sampling {
        check(temperature >= 0 && temperature <= 100, "temperature from 0 to 100", temperature);
        check(topK >= 0, "top-k from 0", topK);
        check(topP > 0 && topP <= 1, "top-p above 0, up to 1", topP);
        check(minP >= 0 && minP <= 1, "min-p from 0 to 1", minP);
        check(
                repetitionPenalty > 0 && repetitionPenalty <= 100,
                "repetition penalty above 0, up to 100",
                repetitionPenalty);
    }

    private static void check(boolean good, String expected, float found) {
        if (!good) {
            throw new loom.model.FieldException(
                    "sampling", "expected a " + expected + ", found " + loom.numeric.FloatText.print(found));
        }
    }

    /** The token that follows, at number {@code step} of the text; {@code seen} are those that were there. */
    int choose(float[] logits, Set<Integer> seen, int step) {
        float[] l = logits.clone();
        if (repetitionPenalty != 1) {
            for (int id : seen) {
                l[id] = l[id] > 0 ? F32.div(l[id], repetitionPenalty) : F32.mul(l[id], repetitionPenalty);
            }
        }
        if (temperature == 0) {
            return best(l);
        }
        int[] order = order(l);
        int count = topK == 0 ? order.length : Math.min(topK, order.length);
        float[] p = new float[count];
        double total = 0;
        for (int i = 0; i < count; i++) {
            p[i] = F32.exp(F32.div(F32.sub(l[order[i]], l[order[0]]), temperature));
            total += p[i];
        }
        count = atMost(p, count, total);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += p[i];
        }
        double draw = Philox.uniform(seed, 0, step, 0, Philox.SAMPLING) * sum;
        double at = 0;
        for (int i = 0; i < count; i++) {
            at += p[i];
            if (draw < at) {
                return order[i];
            }
        }
        return order[count - 1];
    }

    private int atMost(float[] p, int count, double total) {
        int n = count;
        if (topP < 1) {
            double reached = 0;
            n = 0;
            while (n < count && reached < topP * total) {
                reached += p[n++];
            }
        }
        while (n > 1 && p[n - 1] < minP * p[0]) {
            n--;
        }
        return Math.max(1, n);
    }

    private static int best(float... l) {
        int best = 0;
        for (int i = 1; i < l.length; i++) {
            if (l[i] > l[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Ids by falling logit, equal ones by id. */
    private static int[] order(float... l) {
        long[] keys = new long[l.length];
        for (int i = 0; i < l.length; i++) {
            int bits = Float.floatToRawIntBits(l[i]);
            int rising = bits ^ (bits >> 31 & 0x7fffffff);
            keys[i] = (long) ~rising << 32 | i;
        }
        Arrays.sort(keys);
        int[] order = new int[l.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }
}
