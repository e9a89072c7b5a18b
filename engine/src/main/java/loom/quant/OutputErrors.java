package loom.quant;

import java.util.Arrays;
import java.util.LinkedHashMap;
import loom.format.Door;
import loom.graph.Graph;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.NetworkLowering;
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
            return new Measuring(e, result, inputs).all().whenEnded(e::close);
        });
    }

    private static final class Measuring {
        private final Execution execution;
        private final Quantiser.Result result;
        private final float[] inputs;
        private final int size;
        private final LinkedHashMap<String, Integer> buffers;
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
            buffers = new LinkedHashMap<>(execution.program().names());
            buffers.put(NetworkLowering.OUTPUT, execution.program().output(NetworkLowering.OUTPUT));
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
                        expected.forEach((name, e) -> sums.computeIfAbsent(name, n -> new Deviation.Sum())
                                .add(e, found.get(name)));
                        return from == inputs.length;
                    }));
        }

        private Completion<LinkedHashMap<String, float[]>> values(Model model, float[] x) {
            model.parameters().forEach((name, t) -> NamedValues.write(execution, name, t.values()));
            execution.batch(x.length / size);
            execution.write(execution.program().source(NetworkLowering.INPUT), x);
            execution.run(new ScalarWords().random(model.seed(), 0).of(execution.program()));
            return execution.finish().then(e -> NamedValues.floats(e, buffers));
        }
    }
}
