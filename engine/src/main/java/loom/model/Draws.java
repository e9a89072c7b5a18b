package loom.model;

import loom.numeric.Domain;
import loom.numeric.F32;
import loom.numeric.Philox;

/** Random parameter values: element i of parameter {@code number} is word i mod 4 of block (i / 4, 0, number, Philox.INITIALISER) under the seed. */
final class Draws {
    private Draws() {}

    static float inDomain(float value) {
        return Domain.roundD(value);
    }

    /** {@code low + u·(high − low)}, u uniform in [0, 1) with 24 bits. */
    static float[] uniform(ParameterSpec p, long seed, int number, float low, float high) {
        float[] values = new float[p.shape().elements(1)];
        float width = F32.sub(high, low);
        int[] words = new int[4];
        for (int i = 0; i < values.length; i++) {
            if ((i & 3) == 0) {
                Philox.block((int) seed, (int) (seed >>> 32), i >>> 2, 0, number, Philox.INITIALISER, words);
            }
            values[i] = F32.add(low, F32.mul(Philox.uniform(words[i & 3]), width));
        }
        return values;
    }

    /** Standard normal numbers times {@code deviation}. */
    static float[] normal(ParameterSpec p, long seed, int number, float deviation) {
        float[] values = new float[p.shape().elements(1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = F32.mul(Philox.normal(seed, i, 0, number, Philox.INITIALISER), deviation);
        }
        return values;
    }
}
