package loom.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.model.Cell;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Network;
import loom.model.Sequential;
import loom.model.Tagged;

/**
 * A network as a loss takes it.
 *
 * @param network without its last function, if the loss contains that; parameters keep their names
 * @param isLogits false if the output is probabilities that the loss must take the logarithm of
 */
record Head(Network network, boolean isLogits) {
    static Head of(Network network, Loss loss) {
        List<Cell> cells = new ArrayList<>(network.grid().cells());
        for (int i = cells.size() - 1; i >= 0; i--) {
            List<Layer> layers = cells.get(i).layers();
            Optional<Layer> last = last(layers);
            if (last.isEmpty()) {
                continue;
            }
            Optional<List<Layer>> changed = changed(layers, loss);
            if (changed.isEmpty()) {
                return new Head(network, !loss.givesProbabilities(last.get()));
            }
            cells.set(i, new Cell(changed.get()));
            Grid grid = network.grid();
            Grid other = new Grid(grid.rows(), grid.columns(), cells);
            return new Head(new Network(network.name(), network.input(), other), true);
        }
        return new Head(network, true);
    }

    /** The last layer that does something, inside nested sequences too. */
    private static Optional<Layer> last(List<Layer> layers) {
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (LayerOptions.of(layers.get(i)).disabled()) {
                continue;
            }
            Layer layer = Tagged.untagged(layers.get(i));
            Optional<Layer> inner = layer instanceof Sequential s ? last(s.layers()) : Optional.of(layer);
            if (inner.isPresent()) {
                return inner;
            }
        }
        return Optional.empty();
    }

    /** The layers with the last one changed; empty if the loss leaves it as it is. */
    private static Optional<List<Layer>> changed(List<Layer> layers, Loss loss) {
        for (int i = layers.size() - 1; i >= 0; i--) {
            Layer layer = Tagged.untagged(layers.get(i));
            LayerOptions options = LayerOptions.of(layers.get(i));
            if (options.disabled()
                    || layer instanceof Sequential s && last(s.layers()).isEmpty()) {
                continue;
            }
            Optional<Layer> other = layer instanceof Sequential s
                    ? changed(s.layers(), loss).map(Sequential::new)
                    : loss.withoutLastFunction(layer);
            if (other.isEmpty()) {
                return Optional.empty();
            }
            List<Layer> all = new ArrayList<>(layers);
            all.set(i, options.on(other.get()));
            return Optional.of(all);
        }
        return Optional.empty();
    }
}
