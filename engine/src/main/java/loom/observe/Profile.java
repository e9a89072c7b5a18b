package loom.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import loom.format.Door;
import loom.format.JsonWriter;
import loom.graph.ShapeException;
import loom.inspect.KernelPlaces;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Place;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Excerpt;
import loom.program.Program;

/**
 * How long a run of a model takes on a machine, and each of its kernels. A kernel is timed as a program of its own, on the values that it has
 * in the run: machines need no clock inside, so that other runs cost nothing more. What a machine gains by running neighbours
 * together is in the time of the run only, and the way to a GPU and back in every time.
 *
 * @param machine its name
 * @param nanoseconds of a run
 * @param kernels in the program's order
 * @param layers nanoseconds of the kernels that write a layer's results, by its path; those that have none are left out
 * @param labels of these layers
 */
public record Profile(
        String machine,
        int batch,
        long nanoseconds,
        List<Kernel> kernels,
        LinkedHashMap<String, Long> layers,
        Map<String, String> labels) {
    public Profile {
        kernels = List.copyOf(kernels);
    }

    /** A kernel and its time. */
    public record Kernel(KernelPlaces.One kernel, long nanoseconds) {}

    /** With samples one after the other. {@code clock} counts nanoseconds. */
    public static Completion<Profile> of(Machine machine, Model model, LongSupplier clock, float... inputs) {
        int size = model.network().input().elements(1);
        if (inputs.length == 0 || inputs.length % size != 0) {
            throw new ShapeException("input: " + inputs.length + " numbers are no samples of "
                    + model.network().input());
        }
        float[] values = inputs.clone();
        Door.round(values, "input");
        return new Run(machine, model, clock, values, values.length / size).profile();
    }

    private static final class Run {
        private final Machine machine;
        private final Model model;
        private final LongSupplier clock;
        private final float[] inputs;
        private final int batch;
        private final Program program;
        private final int[] scalars;
        /** Words that buffers hold by now; those that are not there are zeros. */
        private final TreeMap<Integer, float[]> floats = new TreeMap<>();

        private final TreeMap<Integer, int[]> integers = new TreeMap<>();
        private final List<Long> times = new ArrayList<>();

        Run(Machine machine, Model model, LongSupplier clock, float[] inputs, int batch) {
            this.machine = machine;
            this.model = model;
            this.clock = clock;
            this.inputs = inputs;
            this.batch = batch;
            program = Compiler.compile(NetworkLowering.inference(model.network()));
            scalars = new ScalarWords().random(model.seed(), 0).of(program);
            program.sources().forEach((name, buffer) -> {
                if (model.parameters().containsKey(name)) {
                    floats.put(buffer, model.parameters().get(name).values());
                }
            });
            floats.put(program.source(NetworkLowering.INPUT), inputs);
        }

        Completion<Profile> profile() {
            return whole().then(nanoseconds -> Completion.repeat(
                            program.kernels().size(), i -> kernel(Excerpt.of(program, i)))
                    .map(all -> result(nanoseconds)));
        }

        private Completion<Long> whole() {
            return machine.prepare(program).then(e -> {
                model.parameters().forEach((name, t) -> NamedValues.write(e, name, t.values()));
                e.batch(batch);
                e.write(program.source(NetworkLowering.INPUT), inputs);
                e.run(scalars);
                return e.finish()
                        .then(done -> new Stopwatch(e, scalars, clock, () -> {}, false).measure())
                        .whenEnded(e::close);
            });
        }

        private Completion<Execution> kernel(Excerpt x) {
            return machine.prepare(x.program()).then(e -> {
                e.batch(batch);
                x.reads().forEach(b -> write(e, b));
                e.run(scalars);
                Runnable again = () -> x.writes().forEach(b -> write(e, b));
                boolean alone = !x.repeatable();
                Stopwatch watch = new Stopwatch(e, scalars, clock, alone ? again : () -> {}, alone);
                return e.finish()
                        .then(done -> results(e, x))
                        .then(results -> watch.measure().map(time -> {
                            times.add(time);
                            floats.putAll(results.floats);
                            integers.putAll(results.integers);
                            return e;
                        }))
                        .whenEnded(e::close);
            });
        }

        /** Writes what a buffer holds by now, where the excerpt reads it. */
        private void write(Execution e, int buffer) {
            Integer source = e.program().sources().get(Excerpt.name(buffer));
            if (source == null) {
                return;
            }
            Buffer b = program.buffer(buffer);
            int elements = b.type().shape().elements(batch);
            if (b.type().element().isFloat()) {
                e.write(source, floats.getOrDefault(buffer, new float[elements]));
            } else {
                e.write(source, integers.getOrDefault(buffer, new int[elements]));
            }
        }

        private record Results(TreeMap<Integer, float[]> floats, TreeMap<Integer, int[]> integers) {}

        private Completion<Results> results(Execution e, Excerpt x) {
            Results results = new Results(new TreeMap<>(), new TreeMap<>());
            return Completion.repeat(x.writes().size(), i -> {
                        int buffer = x.writes().get(i);
                        int output = e.program().output(Excerpt.name(buffer));
                        return program.buffer(buffer).type().element().isFloat()
                                ? e.readFloats(output).map(v -> results.floats.put(buffer, v))
                                : e.readInts(output).map(v -> results.integers.put(buffer, v));
                    })
                    .map(all -> results);
        }

        private Profile result(long nanoseconds) {
            List<KernelPlaces.One> places =
                    KernelPlaces.of(model.network(), program).kernels();
            List<Kernel> kernels = new ArrayList<>();
            TreeMap<String, Long> byLayer = new TreeMap<>();
            for (int i = 0; i < places.size(); i++) {
                long time = times.get(i);
                kernels.add(new Kernel(places.get(i), time));
                places.get(i).owner().ifPresent(path -> byLayer.merge(path, time, Long::sum));
            }
            LinkedHashMap<String, Long> layers = new LinkedHashMap<>();
            TreeMap<String, String> labels = new TreeMap<>();
            for (Place p : model.network().allPlaces()) {
                if (byLayer.containsKey(p.path())) {
                    layers.put(p.path(), byLayer.get(p.path()));
                    labels.put(p.path(), p.label());
                }
            }
            return new Profile(machine.name(), batch, nanoseconds, kernels, layers, labels);
        }
    }

    /** {@code {"machine", "batch", "nanoseconds", "layers": [...], "kernels": [...]}}. */
    public String json() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("machine").text(machine);
        w.key("batch").whole(batch);
        w.key("nanoseconds").whole(nanoseconds);
        w.key("layers").beginList();
        layers.forEach((path, time) -> {
            w.beginLine();
            w.key("path").text(path);
            w.key("label").text(labels.get(path));
            w.key("nanoseconds").whole(time);
            w.endObject();
        });
        w.endList();
        w.key("kernels").beginList();
        for (Kernel k : kernels) {
            w.beginObject();
            w.key("text").text(k.kernel().text());
            k.kernel().owner().ifPresent(path -> w.key("layer").text(path));
            w.key("nanoseconds").whole(k.nanoseconds());
            w.endObject();
        }
        w.endList();
        return w.endObject().finish();
    }

    /** For people: the layers, and the kernels that take longest. */
    public String text(int most) {
        long sum = 0;
        for (Kernel k : kernels) {
            sum += k.nanoseconds();
        }
        StringBuilder b =
                new StringBuilder("a run on " + machine + " with " + batch + (batch == 1 ? " sample: " : " samples: "));
        b.append(microseconds(nanoseconds))
                .append("; its ")
                .append(kernels.size())
                .append(" kernels, each by itself: ");
        b.append(microseconds(sum)).append('\n');
        for (Map.Entry<String, Long> l : layers.entrySet()) {
            line(b, l.getValue(), sum, labels.get(l.getKey()));
        }
        List<Kernel> slowest = new ArrayList<>(kernels);
        slowest.sort((x, y) -> Long.compare(y.nanoseconds(), x.nanoseconds()));
        b.append("kernels that take longest:\n");
        for (Kernel k : slowest.subList(0, Math.min(most, slowest.size()))) {
            line(b, k.nanoseconds(), sum, k.kernel().text());
        }
        return b.toString();
    }

    private static void line(StringBuilder b, long time, long sum, String what) {
        String share = (sum == 0 ? 0 : (200 * time + sum) / (2 * sum)) + " %";
        String value = microseconds(time);
        b.append(" ".repeat(Math.max(1, 14 - value.length()))).append(value);
        b.append(" ".repeat(Math.max(1, 7 - share.length())))
                .append(share)
                .append("  ")
                .append(what)
                .append('\n');
    }

    /** With a tenth. */
    private static String microseconds(long nanoseconds) {
        long tenths = (nanoseconds + 50) / 100;
        return tenths / 10 + "." + tenths % 10 + " µs";
    }
}
