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
        return Side.of(machine, result.original())
                .then(expected -> Side.of(machine, result.model())
                        .then(found ->
                                new Measuring(expected, found, inputs).all().whenEnded(found.execution::close))
                        .whenEnded(expected.execution::close));
    }

    /** A model that is ready to run. */
    private record Side(Model model, Execution execution) {
        static Completion<Side> of(Machine machine, Model model) {
            Graph graph = NetworkLowering.inference(model.network());
            return machine.prepare(Compiler.compile(graph, Compiler.Keep.NAMED)).map(e -> {
                model.parameters().forEach((name, t) -> NamedValues.write(e, name, t.values()));
                return new Side(model, e);
            });
        }

        /** Outputs of all layers, and that of the network. */
        Completion<LinkedHashMap<String, float[]>> values(float[] x, int samples) {
            Program program = execution.program();
            LinkedHashMap<String, Integer> buffers = new LinkedHashMap<>(program.names());
            buffers.put(NetworkLowering.OUTPUT, program.output(NetworkLowering.OUTPUT));
            execution.batch(samples);
            execution.write(program.source(NetworkLowering.INPUT), x);
            execution.run(new ScalarWords().random(model.seed(), 0).of(program));
            return execution.finish().then(e -> NamedValues.floats(e, buffers));
        }
    }

    private static final class Measuring {
        private final Side expected;
        private final Side found;
        private final float[] inputs;
        private final int size;
        private final LinkedHashMap<String, Deviation.Sum> sums = new LinkedHashMap<>();
        private int from;

        Measuring(Side expected, Side found, float[] inputs) {
            this.expected = expected;
            this.found = found;
            this.inputs = inputs.clone();
            this.size = expected.model.network().input().elements(1);
            if (inputs.length == 0 || inputs.length % size != 0) {
                throw new IllegalArgumentException(inputs.length + " numbers are no samples of "
                        + expected.model.network().input());
            }
            Door.round(this.inputs, "input");
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
            int samples = x.length / size;
            from = to;
            return expected.values(x, samples)
                    .then(right -> found.values(x, samples).map(given -> {
                        right.forEach((name, r) -> sums.computeIfAbsent(name, n -> new Deviation.Sum())
                                .add(r, given.get(name)));
                        return from == inputs.length;
                    }));
        }
    }
}
