package loom.e2e;

import java.util.Map;
import loom.format.ModelReader;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.program.Program;

/** Small models as files, and what the JVM's reference machine makes of them. */
final class Models {
    /** What the page calls a file that has no name. */
    static final String FILE = "model.json";

    /** 20 inputs, every simple activation, softmax; parameters come from the seed. */
    static final String ACTIVATIONS = """
            {"format": "loom", "version": 1, "name": "activations", "seed": 7, "input": {"shape": [20]},
             "grid": {"rows": 2, "columns": 1},
             "cells": [
              {"row": 0, "column": 0, "layers": [
               {"type": "dense", "units": 33, "activation": "gelu"},
               {"type": "dense", "units": 17, "activation": "tanh"},
               {"type": "dense", "units": 40, "activation": "silu"}]},
              {"row": 1, "column": 0, "layers": [
               {"type": "dense", "units": 9, "activation": "sigmoid"},
               {"type": "dense", "units": 12, "activation": "softplus"},
               {"type": "dense", "units": 10},
               {"type": "softmax"}]}]}""";

    private Models() {}

    /** Output of the reference machine on the JVM. */
    static float[] runHere(String file, float[] input, int batch) {
        Model model = ModelReader.read("model.json", file);
        Program program = Compiler.compile(NetworkLowering.inference(model.network()));
        Execution execution = new ReferenceMachine().prepare(program).get();
        execution.batch(batch);
        for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
            execution.write(program.source(p.getKey()), p.getValue().values());
        }
        execution.write(program.source(NetworkLowering.INPUT), input);
        execution.run();
        execution.finish().get();
        return execution.readFloats(program.output(NetworkLowering.OUTPUT)).get();
    }

    /** Sixteenths between -2 and 2: exact on both sides, whatever prints and parses them. */
    static float[] input(int elements) {
        float[] x = new float[elements];
        for (int i = 0; i < elements; i++) {
            x[i] = (i * 29 % 65 - 32) / 16f;
        }
        return x;
    }
}
