package loom.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.tensors.TensorFile;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.BatchNorm;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Embedding;
import loom.model.Flatten;
import loom.model.Initialiser;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.Model;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.RmsNorm;
import loom.model.Tensor;

/**
 * A network guessed from tensors and their names, as a file of weights without its program has them. Tensors whose names are the same up
 * to the last dot or slash are a layer; layers stand in the order of their names, numbers as numbers. What tensors cannot say is taken as said
 * here, and the explanation repeats it: activations between layers with weights, strides of 1, no padding.
 *
 * @param explanation line by line what was found and what was assumed
 * @param model if everything went together
 */
public record Detection(List<String> explanation, Optional<Model> model) {
    public Detection {
        explanation = List.copyOf(explanation);
    }

    /**
     * @param input shape of a sample; if there is none it is what the first layer takes, if that says it
     * @param activation behind every dense and convolution layer but the last one
     */
    public static Detection of(TensorFile file, Optional<Shape> input, Activation activation) {
        return new Search(file, input, activation).detect();
    }

    private static final class Search {
        private final TensorFile file;
        private final Optional<Shape> given;
        private final Activation activation;
        private final List<String> lines = new ArrayList<>();
        private final List<FoundLayer> layers = new ArrayList<>();
        private Shape first = Shape.SCALAR;

        Search(TensorFile file, Optional<Shape> given, Activation activation) {
            this.file = file;
            this.given = given;
            this.activation = activation;
        }

        Detection detect() {
            List<TensorGroup> groups = TensorGroup.of(file);
            if (groups.isEmpty()) {
                lines.add("no tensors");
                return new Detection(lines, Optional.empty());
            }
            int weighted = 0;
            for (TensorGroup g : groups) {
                weighted += isWeighted(g) ? 1 : 0;
            }
            Optional<Shape> now = given;
            for (TensorGroup g : groups) {
                weighted -= isWeighted(g) ? 1 : 0;
                Optional<FoundLayer> found;
                try {
                    found = found(g, now, weighted == 0);
                } catch (BuildException e) {
                    lines.add(g.name() + ": " + e.getMessage() + ", so there is no network");
                    return new Detection(lines, Optional.empty());
                }
                if (found.isEmpty()) {
                    lines.add(g.name() + ": " + g.shapes() + ": not recognised, so there is no network");
                    return new Detection(lines, Optional.empty());
                }
                now = now.isPresent() ? now : takenBy(found.get());
                if (now.isEmpty()) {
                    lines.add(g.name() + ": a " + found.get().layer().typeName()
                            + " does not say the shape of its input; give the network's input");
                    return new Detection(lines, Optional.empty());
                }
                now = placed(g, found.get(), now.get());
                if (now.isEmpty()) {
                    return new Detection(lines, Optional.empty());
                }
            }
            return new Detection(lines, Optional.of(model()));
        }

        /** The shape behind a layer that fits, with a flattening in front if that makes it fit. */
        private Optional<Shape> placed(TensorGroup g, FoundLayer found, Shape now) {
            if (layers.isEmpty()) {
                first = now;
            }
            Shape before = now;
            if (found.layer() instanceof Dense && now.rank() > 1 && takes(found) == now.elements(1)) {
                layers.add(new FoundLayer(new Flatten(), new LinkedHashMap<>()));
                lines.add("flatten: " + now + " becomes the " + takes(found) + " values that " + g.name() + " takes");
                before = Shape.of(now.elements(1));
            }
            try {
                Shape out = found.layer().outputShape(before);
                for (ParameterSpec s : found.layer().parameters(before)) {
                    Tensor t = found.parameters().get(s.name());
                    if (t == null || !t.shape().equals(s.shape())) {
                        lines.add(g.name() + ": its " + s.name() + " would be " + s.shape() + " behind " + before
                                + (t == null ? "" : ", found " + t.shape()));
                        return Optional.empty();
                    }
                }
                layers.add(found);
                lines.add(g.name() + ": " + g.shapes() + ": "
                        + found.layer().fields().text() + ", " + before + " -> " + out);
                return Optional.of(out);
            } catch (ShapeException e) {
                lines.add(g.name() + ": " + e.getMessage());
                return Optional.empty();
            }
        }

        /** The input's shape, where the first layer says it. */
        private static Optional<Shape> takenBy(FoundLayer first) {
            return first.layer() instanceof Dense ? Optional.of(Shape.of(takes(first))) : Optional.empty();
        }

        private static int takes(FoundLayer dense) {
            return dense.parameters().get(Dense.KERNEL).shape().dim(0);
        }

        private static boolean isWeighted(TensorGroup g) {
            return RecurrentTensors.are(g) || g.rank() >= 2 && !g.isEmbedding();
        }

        private Optional<FoundLayer> found(TensorGroup g, Optional<Shape> now, boolean last) {
            if (RecurrentTensors.are(g)) {
                return Optional.of(RecurrentTensors.layer(g, lines));
            }
            if (g.weight().isEmpty()) {
                return Optional.empty();
            }
            Activation f = last ? Activation.Simple.LINEAR : activation;
            if (g.isEmbedding()) {
                return Optional.of(embedding(g));
            }
            return switch (g.rank()) {
                case 1 -> norm(g);
                case 2 -> Optional.of(dense(g, now, f));
                case 3, 4, 5 -> Optional.of(conv(g, f));
                default -> Optional.empty();
            };
        }

        private FoundLayer dense(TensorGroup g, Optional<Shape> now, Activation f) {
            Tensor w = TensorGroup.tensor(g.weight().orElseThrow());
            int rows = w.shape().dim(0);
            int columns = w.shape().dim(1);
            boolean outputsFirst = outputsFirst(g, now, rows, columns);
            int out = outputsFirst ? rows : columns;
            LinkedHashMap<String, Tensor> p = new LinkedHashMap<>();
            p.put(Dense.KERNEL, outputsFirst ? w.transposed() : w);
            g.bias().ifPresent(b -> p.put(Dense.BIAS, TensorGroup.tensor(b)));
            return new FoundLayer(new Dense(out, f, g.bias().isPresent(), Initialiser.Scaled.GLOROT_UNIFORM), p);
        }

        /** Whether a matrix is stored [out, in]: what its bias says, else what stands before it, else its name. */
        private boolean outputsFirst(TensorGroup g, Optional<Shape> now, int rows, int columns) {
            if (rows != columns && g.bias().isPresent()) {
                long bias = g.bias().get().elements();
                if (bias == rows || bias == columns) {
                    return bias == rows;
                }
            }
            if (rows != columns && now.isPresent()) {
                int before = now.get().rank() == 0 ? 1 : now.get().dim(now.get().rank() - 1);
                int all = now.get().elements(1);
                if (before == columns || all == columns) {
                    return true;
                }
                if (before == rows || all == rows) {
                    return false;
                }
            }
            boolean named = g.tensors().containsKey("weight");
            lines.add(
                    g.name() + ": its matrix may be stored either way; taken as " + (named ? "[out, in]" : "[in, out]")
                            + ", as is usual for \"" + (named ? "weight" : "kernel") + "\"");
            return named;
        }

        private FoundLayer conv(TensorGroup g, Activation f) {
            Tensor w = TensorGroup.tensor(g.weight().orElseThrow());
            int axes = w.shape().rank() - 2;
            int[] taps = new int[axes];
            for (int i = 0; i < axes; i++) {
                taps[i] = w.shape().dim(2 + i);
            }
            LinkedHashMap<String, Tensor> p = new LinkedHashMap<>();
            p.put("kernel", w);
            g.bias().ifPresent(b -> p.put("bias", TensorGroup.tensor(b)));
            Conv plain = new Conv(axes, w.shape().dim(0), Words.of(taps), f);
            Conv layer = g.bias().isPresent()
                    ? plain
                    : new Conv(
                            axes,
                            plain.filters(),
                            plain.kernel(),
                            plain.stride(),
                            plain.padding(),
                            plain.dilation(),
                            1,
                            f,
                            false,
                            plain.initialiser());
            lines.add(g.name() + ": strides of 1 and no padding assumed; its tensors do not say");
            return new FoundLayer(layer, p);
        }

        private Optional<FoundLayer> norm(TensorGroup g) {
            LinkedHashMap<String, Tensor> p = new LinkedHashMap<>();
            p.put("scale", TensorGroup.tensor(g.weight().orElseThrow()));
            g.bias().ifPresent(b -> p.put("bias", TensorGroup.tensor(b)));
            if (g.running("mean").isPresent()
                    && g.running("var").isPresent()
                    && g.bias().isPresent()) {
                p.put(
                        BatchNorm.RUNNING_MEAN,
                        TensorGroup.tensor(g.running("mean").get()));
                p.put(
                        BatchNorm.RUNNING_VARIANCE,
                        TensorGroup.tensor(g.running("var").get()));
                return Optional.of(new FoundLayer(new BatchNorm(), p));
            }
            return Optional.of(new FoundLayer(g.bias().isPresent() ? new LayerNorm() : new RmsNorm(1e-6f, true), p));
        }

        private static FoundLayer embedding(TensorGroup g) {
            Tensor table = TensorGroup.tensor(g.weight().orElseThrow());
            LinkedHashMap<String, Tensor> p = new LinkedHashMap<>();
            p.put(Embedding.TABLE, table);
            return new FoundLayer(
                    new Embedding(table.shape().dim(0), table.shape().dim(1)), p);
        }

        private Model model() {
            List<Layer> all = new ArrayList<>();
            layers.forEach(f -> all.add(f.layer()));
            Network network = Network.of("", first, all.toArray(new Layer[0]));
            LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
            List<Place> places = network.places();
            for (int i = 0; i < places.size(); i++) {
                for (ParameterSpec s : places.get(i).parameters()) {
                    parameters.put(
                            places.get(i).parameterName(s),
                            layers.get(i).parameters().get(s.name()));
                }
            }
            return new Model(network, parameters, Model.DEFAULT_SEED, new LinkedHashMap<>());
        }
    }
}
