package loom.build;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Cell;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Network;
import loom.model.Sequential;

/**
 * What a network is grown from: blocks in order, spread over a grid, and a dense layer at the end that gives as many outputs as are
 * wanted.
 */
public record Genome(Shape input, int outputs, List<Gene> genes, int rows, int columns) {
    /** Blocks of a network, at most. */
    public static final int MOST = 6;

    private static final List<Integer> SIDES = List.of(1, 1, 1, 2, 2, 3);

    public Genome {
        genes = List.copyOf(genes);
        if (input.rank() < 1 || input.rank() > 3) {
            throw new BuildException("networks are drawn for vectors, sequences [steps, features] and images"
                    + " [channels, height, width], not for inputs of shape " + input);
        }
        if (outputs < 1) {
            throw new BuildException(outputs + " outputs, expected at least 1");
        }
    }

    static Genome drawn(Dice dice, Shape input, int outputs) {
        List<Gene> genes = new ArrayList<>();
        int n = 1 + dice.below(4);
        // An empty one checks the shape before it is drawn for.
        Genome empty = new Genome(input, outputs, genes, dice.of(SIDES), dice.of(SIDES));
        for (int i = 0; i < n; i++) {
            genes.add(Gene.drawn(dice, input.rank()));
        }
        return new Genome(input, outputs, genes, empty.rows, empty.columns);
    }

    /** One change: a block more, one less, another one, or another width, activation or grid. */
    Genome mutated(Dice dice) {
        List<Gene> changed = new ArrayList<>(genes);
        int what = dice.below(6);
        int at = dice.below(Math.max(1, changed.size()));
        if (what == 0 && changed.size() < MOST || changed.isEmpty()) {
            changed.add(Math.min(at, changed.size()), Gene.drawn(dice, input.rank()));
        } else if (what == 1 && changed.size() > 1) {
            changed.remove(at);
        } else if (what == 2) {
            changed.set(at, Gene.drawn(dice, input.rank()));
        } else if (what == 3) {
            return new Genome(input, outputs, changed, dice.of(SIDES), dice.of(SIDES));
        } else if (what == 4) {
            Gene g = changed.get(at);
            changed.set(at, new Gene(g.kind(), g.width(), dice.of(Gene.ACTIVATIONS)));
        } else {
            Gene g = changed.get(at);
            changed.set(at, new Gene(g.kind(), dice.of(Gene.WIDTHS), g.activation()));
        }
        return new Genome(input, outputs, changed, rows, columns);
    }

    /** The first blocks of this one, the last of the other, the grid of either. */
    Genome crossed(Genome other, Dice dice) {
        List<Gene> child = new ArrayList<>(genes.subList(0, dice.below(genes.size() + 1)));
        child.addAll(other.genes.subList(dice.below(other.genes.size() + 1), other.genes.size()));
        while (child.size() > MOST) {
            child.remove(child.size() - 1);
        }
        Genome grid = dice.below(2) == 0 ? this : other;
        return new Genome(input, outputs, child, grid.rows, grid.columns);
    }

    public Network network() {
        List<Layer> layers = new ArrayList<>();
        Shape now = input;
        for (Gene g : genes) {
            List<Layer> block = g.layers(now);
            layers.addAll(block);
            now = new Sequential(block).outputShape(now);
        }
        if (now.rank() > 1) {
            layers.add(new Flatten());
        }
        layers.add(new Dense(outputs, Activation.Simple.LINEAR));
        List<Cell> cells = new ArrayList<>();
        int count = rows * columns;
        int next = 0;
        for (int i = 0; i < count; i++) {
            int size = layers.size() / count + (i < layers.size() % count ? 1 : 0);
            cells.add(new Cell(layers.subList(next, next + size)));
            next += size;
        }
        return new Network(text(), input, new Grid(rows, columns, cells));
    }

    /** As in {@code dense 16 relu, lstm 8; 2 by 1}. */
    public String text() {
        StringBuilder b = new StringBuilder();
        for (Gene g : genes) {
            b.append(b.isEmpty() ? "" : ", ").append(g.text());
        }
        return b.append(b.isEmpty() ? "" : "; ")
                .append(rows)
                .append(" by ")
                .append(columns)
                .toString();
    }
}
