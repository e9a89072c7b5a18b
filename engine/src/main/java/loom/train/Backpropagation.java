package loom.train;

import java.util.List;
import loom.graph.Autodiff;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.FieldValues;

/** The gradient of the loss (Rumelhart, Hinton and Williams 1986). */
public record Backpropagation() implements Credit {
    static final Declaration<Backpropagation> TYPE =
            Declaration.of("backpropagation", "the gradient of the loss", new Backpropagation());

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Node> gradients(Links links) {
        return Autodiff.gradients(links.graph(), links.loss(), links.parameters());
    }
}
