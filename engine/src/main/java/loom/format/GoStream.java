package loom.format;

import java.util.ArrayList;
import java.util.List;
import loom.format.GoLayer.Stream;
import loom.model.Residual;

/**
 * The Go engine's hidden residual stream, as residual connections that a network shows. That engine carries a second value r along
 * the layers of all cells, nowhere mentioned in its files: {@code rms_norm} sets r to its input; a layer that adds gives y + r and
 * sets r to that; {@code layer_norm} takes x + r instead of x, and sets r to what it gives if there was an r.
 *
 * <p>So r is always what a layer further up took: the layers from there on become the inside of a {@link Residual}. Where they
 * stand in several cells, they move to the last of these.
 */
final class GoStream {
    private static final int NONE = -1;

    private final List<GoLayer> layers = new ArrayList<>();
    private final List<Integer> cells = new ArrayList<>();
    private final List<String> notes;

    /** The layer whose input is r; the number of layers so far if r is what the last one gave. */
    private int from = NONE;

    private int width;

    GoStream(List<String> notes) {
        this.notes = notes;
    }

    void add(GoLayer layer, int cell) {
        switch (layer.stream()) {
            case NONE -> append(layer, cell);
            case OPENS -> {
                keep(layer.in());
                append(layer, cell);
            }
            case ADDS -> {
                append(layer, cell);
                if (from != NONE && width == layer.out()) {
                    wrap(cell, layer);
                }
                keep(layer.out());
            }
            case ADDS_BEFORE -> {
                boolean kept = from != NONE;
                if (kept && width == layer.in()) {
                    wrap(cell, layer);
                }
                append(layer, cell);
                if (kept) {
                    keep(layer.out());
                }
            }
            case SKIPS -> {
                int last = layers.size() - 1;
                if (last >= 0 && layers.get(last).in() == layers.get(last).out()) {
                    from = last;
                    wrap(cell, layer);
                } else {
                    notes.add(layer.at().at().layer() + ": adds nothing, as the layer before changes the width");
                }
                from = NONE; // where a network says itself what it adds, nothing is hidden
            }
        }
    }

    private void append(GoLayer layer, int cell) {
        layers.add(layer);
        cells.add(cell);
    }

    private void keep(int newWidth) {
        from = layers.size();
        width = newWidth;
    }

    private void wrap(int cell, GoLayer because) {
        List<GoLayer> inside = new ArrayList<>(layers.subList(from, layers.size()));
        layers.subList(from, layers.size()).clear();
        cells.subList(from, cells.size()).clear();
        int size = inside.isEmpty() ? because.in() : inside.get(0).in();
        append(GoLayer.around(new Residual(GoLayer.layers(inside)), because.at().at(), size, size, inside), cell);
        if (because.stream() != Stream.SKIPS) {
            notes.add(because.at().at().layer() + ": a residual connection of " + inside.size()
                    + " layers, which the Go engine makes without saying so");
        }
    }

    /** Layers of a cell. */
    List<GoLayer> cell(int number) {
        List<GoLayer> all = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (cells.get(i) == number) {
                all.add(layers.get(i));
            }
        }
        return all;
    }

    /** Every layer, in order. */
    List<GoLayer> all() {
        return layers;
    }
}
