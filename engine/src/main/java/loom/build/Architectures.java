package loom.build;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.graph.Shape;
import loom.model.Network;

/** Networks drawn from a seed, no two of them alike. */
public final class Architectures {
    /** So many draws in a row that bring nothing new mean that there is nothing more. */
    private static final int PATIENCE = 1000;

    private Architectures() {}

    static List<Genome> genomes(Shape input, int outputs, int count, long seed) {
        Dice dice = new Dice(seed, 0);
        Set<Genome> all = new LinkedHashSet<>();
        int vain = 0;
        while (all.size() < count) {
            vain = all.add(Genome.drawn(dice, input, outputs)) ? 0 : vain + 1;
            if (vain > PATIENCE) {
                throw new BuildException(count + " different networks, only " + all.size() + " were found");
            }
        }
        return new ArrayList<>(all);
    }

    /**
     * @param input shape of a sample: a vector, a sequence or an image
     * @param outputs of every network
     */
    public static List<Network> of(Shape input, int outputs, int count, long seed) {
        List<Network> networks = new ArrayList<>();
        genomes(input, outputs, count, seed).forEach(g -> networks.add(g.network()));
        return networks;
    }
}
