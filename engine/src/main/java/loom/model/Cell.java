package loom.model;

import java.util.List;

/** Layers of one place of the grid, in order. A cell without layers hands its input on. */
public record Cell(List<Layer> layers) {
    public Cell {
        layers = List.copyOf(layers);
    }

    public static Cell of(Layer... layers) {
        return new Cell(List.of(layers));
    }
}
