package loom.quant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.Door;
import loom.graph.Graph;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.program.Program;

/**
 * What all layers of a model give on data, beside what they gave before its weights had fewer bits. Errors of the layers before are part of it.
 *
 * @param layers by label, in the order of the computation
 * @param output of the whole network
 */
public record OutputErrors(int samples, LinkedHashMap<String, Deviation> layers, Deviation output) {
    private static final int BATCH = 32;

    /** {@code inputs}: one sample after the other. */
    public static Completion<OutputErrors> measure(Machine machine, Quantiser.Result result, float[] inputs) {
        Graph graph = NetworkLowering.inference(result.original().network());
        Program program = Compiler.compile(graph, Compiler.Keep.NAMED);
        return machine.prepare(program).then(e -> {
            Completion<OutputErrors> errors = new Measuring(e, result, inputs).all();
            errors.whenDone(r -> e.close(), failure -> e.close());
            return errors;
        });
    }

    private static final class Measuring {
        private final Execution execution;
        private final Quantiser.Result result;
        private final float[] inputs;
        private final int size;
        private final LinkedHashMap<String, Integer> buffers = new LinkedHashMap<>();
        private final LinkedHashMap<String, Deviation.Sum> sums = new LinkedHashMap<>();
        private int from;

        Measuring(Execution execution, Quantiser.Result result, float[] inputs) {
            this.execution = execution;
            this.result = result;
            this.inputs = inputs.clone();
            this.size = result.original().network().input().elements(1);
            if (inputs.length == 0 || inputs.length % size != 0) {
                throw new IllegalArgumentException(inputs.length + " numbers are no samples of "
                        + result.original().network().input());
            }
            Door.round(this.inputs, "input");
            Program p = execution.program();
            p.names().forEach(this::read);
            read(NetworkLowering.OUTPUT, p.output(NetworkLowering.OUTPUT));
        }

        private void read(String name, int buffer) {
            if (execution.program().buffer(buffer).type().element().isFloat()) {
                buffers.put(name, buffer);
                sums.put(name, new Deviation.Sum());
            }
        }

        private Completion<OutputErrors> all() {
            return Completion.untilLast(this::batch).map(last -> {
                LinkedHashMap<String, Deviation> layers = new LinkedHashMap<>();
                sums.forEach((name, sum) -> layers.put(name, sum.deviation()));
                Deviation output = layers.remove(NetworkLowering.OUTPUT);
                return new OutputErrors(inputs.length / size, layers, output);
            });
        }

        private Completion<Boolean> batch() {
            int to = Math.min(from + BATCH * size, inputs.length);
            float[] x = Arrays.copyOfRange(inputs, from, to);
            from = to;
            return values(result.original(), x)
                    .then(expected -> values(result.model(), x).map(found -> {
                        int i = 0;
                        for (Deviation.Sum sum : sums.values()) {
                            sum.add(expected.get(i), found.get(i));
                            i++;
                        }
                        return from == inputs.length;
                    }));
        }

        private Completion<List<float[]>> values(Model model, float[] x) {
            Map<String, Integer> sources = execution.program().sources();
            for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
                if (sources.containsKey(p.getKey())) {
                    execution.write(sources.get(p.getKey()), p.getValue().values());
                }
            }
            execution.batch(x.length / size);
            execution.write(execution.program().source(NetworkLowering.INPUT), x);
            execution.run(new ScalarWords().random(model.seed(), 0).of(execution.program()));
            return execution.finish().then(e -> {
                List<Completion<float[]>> reads = new ArrayList<>();
                buffers.values().forEach(buffer -> reads.add(e.readFloats(buffer)));
                return Completion.all(reads);
            });
        }
    }
}
