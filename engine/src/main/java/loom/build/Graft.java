package loom.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.build.Assembly.Origin;
import loom.build.Assembly.Piece;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Combine;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.Parallel;
import loom.model.Sequential;

/**
 * Several models over the same input as branches of one parallel layer, with their weights: a network like any other, which runs, trains
 * and is saved.
 *
 * @param drop layers to leave out at the end of every model: its old head, say
 * @param combine how one value is made of what the branches give
 * @param head outputs of a dense layer behind, which starts from the seed; 0 for none
 */
public record Graft(int drop, Combine combine, int head, long seed) {
    public Model of(List<Model> models) {
        if (models.isEmpty()) {
            throw new BuildException("a graft needs at least one model");
        }
        Shape input = models.get(0).network().input();
        List<Layer> branches = new ArrayList<>();
        List<Origin> origins = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            Model m = models.get(i);
            if (!m.network().input().equals(input)) {
                throw new BuildException("model " + i + " takes " + m.network().input() + ", model 0 takes " + input
                        + "; branches of one layer take the same input");
            }
            List<Piece> pieces = Assembly.pieces(m);
            if (drop < 0 || drop >= pieces.size()) {
                throw new BuildException(
                        "model " + i + " has " + pieces.size() + " layers, " + drop + " cannot be left out at its end");
            }
            List<Piece> kept = pieces.subList(0, pieces.size() - drop);
            branches.add(new Sequential(Assembly.layers(kept)));
            for (int k = 0; k < kept.size(); k++) {
                Origin o = kept.get(k).origins().get(0);
                origins.add(new Origin(i + "." + k, o.model(), o.path()));
            }
        }
        List<Layer> layers = new ArrayList<>(List.of(new Parallel(branches, combine)));
        if (head > 0) {
            layers.add(new Dense(head, Activation.Simple.LINEAR));
        }
        Network network = Network.of(models.get(0).network().name(), input, layers.toArray(new Layer[0]));
        LinkedHashMap<String, Piece> pieces = new LinkedHashMap<>();
        pieces.put("0.0.0", new Piece(layers.get(0), origins));
        return Assembly.model(network, pieces, seed);
    }
}
