package loom.build;

import java.util.LinkedHashMap;
import loom.model.Layer;
import loom.model.Tensor;

/** A layer that was recognised, and its parameters by their names in it. */
record FoundLayer(Layer layer, LinkedHashMap<String, Tensor> parameters) {}
