package loom.run;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import loom.format.JsonWriter;
import loom.inspect.EngineVersion;
import loom.inspect.ModelDigest;
import loom.inspect.Ports;
import loom.machine.ScalarWords;
import loom.machine.wasm.StandaloneWasm;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.OnnxGraph;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.program.Program;

/**
 * A model compiled ahead of time: one WebAssembly module with kernels and weights, which needs neither this engine nor anything else
 * ({@code docs/compiled.md}).
 */
public final class CompiledModel {
    private CompiledModel() {}

    /**
     * The module. Its custom section {@code loom} says in JSON what {@code infer} takes and gives, and the digests of model and program that receipts
     * have, too.
     *
     * @param samples how many one call takes at most; throws IllegalArgumentException if the model can only take one
     */
    public static byte[] of(Model model, int samples) {
        if (samples > 1 && OnnxGraph.takesOneSample(model.network())) {
            throw new IllegalArgumentException("the model takes one sample at a time, not " + samples);
        }
        Program program = Compiler.compile(NetworkLowering.inference(model.network()));
        LinkedHashMap<String, float[]> values = new LinkedHashMap<>();
        for (var p : model.parameters().entrySet()) {
            values.put(p.getKey(), p.getValue().values());
        }
        return StandaloneWasm.of(
                program,
                values,
                new ScalarWords().random(model.seed(), 0).of(program),
                NetworkLowering.INPUT,
                NetworkLowering.OUTPUT,
                samples,
                description(model, program, samples).getBytes(StandardCharsets.UTF_8));
    }

    private static String description(Model model, Program program, int samples) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("engine").text(EngineVersion.text());
        w.key("name").text(model.network().name());
        w.key("input").shape(model.network().input());
        w.key("output").shape(model.network().output());
        Ports.write(w, model.network());
        w.key("parameters").whole(model.parameterCount());
        w.key("capacity").whole(samples);
        w.key("model").text(ModelDigest.of(model));
        w.key("program").text(Disassembler.digest(program));
        return w.endObject().finish();
    }
}
