package loom.wgsl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import loom.conformance.LayerCases;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases.Kind;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Program;

/**
 * Runs {@link Cases} on a WebGPU device through Dawn for Node and compares every bit with the reference machine.
 *
 * <p>{@code DawnSuite live COMMAND...} runs them now, {@code layers} the networks of layers only ({@code COMMAND} starts dawn.mjs);
 * {@code DawnSuite record FILE PART} writes a file that {@code node dawn.mjs FILE} runs elsewhere, {@code part PART COMMAND...} runs one now. Parts are
 * functions, variants, few, blocks, ranges, layers, kernels, packings, conv (all shaders of convolutions), conv-short (those for software adapters),
 * and, with times, matmul, packed, convs and splits: they go one by one.
 */
final class DawnSuite {
    private static final int KERNEL_SEEDS = 60;

    private final DawnHost host;
    private int different;
    private int compared;

    private DawnSuite(DawnHost host) {
        this.host = host;
    }

    public static void main(String[] args) throws IOException {
        if (args.length >= 2 && (args[0].equals("live") || args[0].equals("layers"))) {
            try (DawnHost host = DawnHost.live(Arrays.asList(args).subList(1, args.length))) {
                System.out.println(host.adapter());
                DawnSuite suite = new DawnSuite(host);
                // Software adapters take minutes to compile the tiled kernels.
                Variants.Tiling tiling = host.adapter().software() ? Variants.Tiling.NONE : Variants.Tiling.BY_SHAPE;
                boolean dots = host.adapter().packedDots();
                suite.conform(new Variants(Product.ADD_U, tiling, dots), LayerCases::of, LayerCases.SIZE);
                if (args[0].equals("live")) {
                    suite.conform(
                            new Variants(Product.ADD_U, tiling, dots),
                            loom.machine.conformance.Cases::of,
                            KERNEL_SEEDS);
                    suite.run(1 << 14, List.of(new Variants(Product.ADD_U, tiling, dots)), true);
                    suite.run(1, List.of(new Variants(Product.FMA_NZ, tiling, dots)), false);
                }
                System.out.println(suite.compared + " results compared, " + suite.different + " different");
                if (suite.different > 0) {
                    System.exit(1);
                }
            }
        } else if (args.length >= 2 && args[0].equals("probe")) {
            probe(Arrays.asList(args).subList(1, args.length));
        } else if (args.length >= 3 && args[0].equals("part")) {
            try (DawnHost host = DawnHost.live(Arrays.asList(args).subList(2, args.length))) {
                DawnSuite suite = new DawnSuite(host);
                suite.record(args[1]);
                System.out.println(suite.compared + " results compared, " + suite.different + " different");
                if (suite.different > 0) {
                    System.exit(1);
                }
            }
        } else if (args.length == 3 && args[0].equals("record")) {
            try (DawnHost host = DawnHost.recording(Path.of(args[1]), false)) {
                new DawnSuite(host).record(args[2]);
            }
        } else {
            throw new IllegalArgumentException(
                    "live COMMAND..., layers COMMAND..., probe COMMAND..., part PART COMMAND... or record FILE PART");
        }
    }

    private void record(String part) {
        Variants v = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true);
        switch (part) {
            case "functions" -> run(1 << 20, List.of(v), true);
            case "variants" -> {
                for (Product p : Product.values()) {
                    for (Variants.Tiling t : Variants.Tiling.values()) {
                        run(1, List.of(new Variants(p, t, true)), false);
                    }
                }
            }
            case "packings" -> {
                recordPacked(Variants.Tiling.NONE);
                recordPacked(Variants.Tiling.SMALL_PACKED);
                recordPacked(Variants.Tiling.LARGE_PACKED);
            }
            case "few" -> run(1, List.of(new Variants(Product.FMA_NZ, Variants.Tiling.FEW, true)), false);
            case "blocks" -> run(1, List.of(new Variants(Product.FMA_NZ, Variants.Tiling.BLOCKS, true)), false);
            case "layers" -> recordConformance(v, LayerCases::of, LayerCases.SIZE);
            case "kernels" -> recordConformance(v, loom.machine.conformance.Cases::of, 4 * KERNEL_SEEDS);
            case "matmul" -> new MatMulBench(host).record();
            case "packed" -> new MatMulBench(host).recordPacked();
            case "conv" -> {
                for (Product p : Product.values()) {
                    for (Variants.Tiling t : Variants.Tiling.values()) {
                        convolutions(new Variants(p, t, true, Variants.Windows.IN_PLACE));
                    }
                }
                convolutions(new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true, Variants.Windows.COPIED));
            }
            case "conv-short" -> {
                convolutions(new Variants(
                        Product.FMA_NZ, Variants.Tiling.NONE, host.adapter().packedDots()));
                convolutions(new Variants(Product.FMA_NZ, Variants.Tiling.BLOCKS, false));
            }
            case "convs" -> new ConvBench(host).record();
            case "ranges" -> ranges();
            case "splits" -> {
                new RangesBench(host).record();
                new ConvBench(host).recordFewTiles();
            }
            default -> throw new IllegalArgumentException("no part " + part);
        }
    }

    /** Products whose tiles have ranges of k: a block a range, all blocks a range, a block a turn, and some of each. */
    private void ranges() {
        List<KRanges.Limits> limits = List.of(
                KRanges.Limits.USUAL,
                new KRanges.Limits(1, 4 << 20),
                new KRanges.Limits(1 << 17, 1),
                new KRanges.Limits(300, 20_000));
        List<Cases.Case> cases = new ArrayList<>(ConvCases.all());
        cases.addAll(Cases.all(1));
        cases.removeIf(c -> !c.name().contains("matmul") && !c.name().contains("conv"));
        for (Product p : Product.values()) {
            for (Variants.Tiling t : List.of(Variants.Tiling.SMALL_RANGES, Variants.Tiling.MEDIUM_RANGES)) {
                WebGpuMachine machine = WebGpuMachine.unprobed(host, new Variants(p, t, true));
                for (KRanges.Limits l : limits) {
                    Variants v = new Variants(p, t, true, Variants.Windows.IN_PLACE, l);
                    cases.forEach(c -> run(machine, v, c));
                }
            }
        }
    }

    /** The probe as it is, then with shaders made wrong, each of which it must catch. */
    private static void probe(List<String> command) throws IOException {
        boolean ok = true;
        for (Sabotage s : Sabotage.ALL) {
            try (DawnHost host = DawnHost.live(command)) {
                for (int i = 0; i < (s.isHarmless() ? 2 : 1); i++) {
                    long start = System.nanoTime();
                    Verdict v = new Probe(host, s.change()).everything().get().verdict();
                    System.out.println(
                            s.name() + ": " + v.why() + " (" + (System.nanoTime() - start) / 1_000_000 + " ms)");
                    ok &= s.isCaught(v);
                }
            }
        }
        if (!ok) {
            throw new IllegalStateException("the probe was wrong");
        }
    }

    /** The cases that every machine is tested with. */
    private void conform(Variants v, IntFunction<Case> cases, int seeds) {
        WebGpuMachine machine = WebGpuMachine.unprobed(host, v);
        for (int seed = 0; seed < seeds; seed++) {
            Case c = cases.apply(seed);
            System.err.println(c.name());
            List<String> expected = c.outcome(new ReferenceMachine()).get();
            List<String> actual = c.outcome(machine).get();
            compared += expected.size();
            for (int i = 0; i < expected.size(); i++) {
                if (!expected.get(i).equals(actual.get(i))) {
                    different++;
                    System.out.println(
                            "DIFFERENT " + c.name() + ": " + actual.get(i) + " instead of " + expected.get(i));
                    break;
                }
            }
        }
    }

    /** The same cases for a file; those that trap need an answer from the device and are left out. */
    private void recordConformance(Variants v, IntFunction<Case> cases, int seeds) {
        WebGpuMachine machine = WebGpuMachine.unprobed(host, v);
        for (int seed = 0; seed < seeds; seed++) {
            Case c = cases.apply(seed);
            Execution expected = new ReferenceMachine().prepare(c.program()).get();
            Execution actual = machine.prepare(c.program()).get();
            for (Case.Step step : c.steps()) {
                feed(expected, step);
                boolean[] trapped = {false};
                expected.finish().whenDone(e -> {}, e -> trapped[0] = true);
                if (trapped[0]) {
                    break;
                }
                feed(actual, step);
                for (Map.Entry<String, Integer> o : c.program().outputs().entrySet()) {
                    compare(c.name() + " " + o.getKey(), o.getValue(), expected, actual);
                }
                for (Program.Commit commit : c.program().commits()) {
                    compare(c.name() + " committed", commit.target(), expected, actual);
                }
            }
            actual.close();
        }
    }

    /** Products of the precisions whose operands are packed, all of them packed. */
    private void recordPacked(Variants.Tiling tiling) {
        Variants v = new Variants(Product.FMA_NZ, tiling, true);
        int kinds = Kind.values().length;
        for (Kind kind : List.of(Kind.BF16, Kind.F16, Kind.INT8)) {
            recordConformance(v, i -> loom.machine.conformance.Cases.of(kinds * i + kind.ordinal()), KERNEL_SEEDS / 4);
        }
    }

    private static void feed(Execution e, Case.Step step) {
        e.batch(step.batch());
        for (Map.Entry<String, int[]> f : step.feeds().entrySet()) {
            int buffer = e.program().source(f.getKey());
            if (e.program().buffer(buffer).type().element().isFloat()) {
                float[] values = new float[f.getValue().length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(f.getValue()[i]);
                }
                e.write(buffer, values);
            } else {
                e.write(buffer, f.getValue());
            }
        }
        e.run(step.scalars());
    }

    private void run(int large, List<Variants> variants, boolean everything) {
        for (Variants v : variants) {
            WebGpuMachine machine = WebGpuMachine.unprobed(host, v);
            for (Cases.Case c : Cases.all(large)) {
                if (everything || c.name().startsWith("matmul")) {
                    run(machine, v, c);
                }
            }
        }
    }

    private void convolutions(Variants v) {
        WebGpuMachine machine = WebGpuMachine.unprobed(host, v);
        for (Cases.Case c : ConvCases.all()) {
            run(machine, v, c);
        }
    }

    private void run(WebGpuMachine machine, Variants v, Cases.Case c) {
        Program program = Compiler.compile(c.graph());
        Execution expected = new ReferenceMachine().prepare(program).get();
        Completion<Execution> prepared = machine.prepare(Layout.of(program, v));
        Execution actual = prepared.get();
        for (Execution e : List.of(expected, actual)) {
            e.batch(c.batch());
            for (Map.Entry<String, DawnHost.Values> i : c.inputs().entrySet()) {
                e.write(program.source(i.getKey()), host.values(i.getValue()));
            }
            e.run(c.scalars());
        }
        for (Map.Entry<String, Integer> o : program.outputs().entrySet()) {
            compare(v.product() + " " + v.tiling() + " " + c.name() + " " + o.getKey(), o.getValue(), expected, actual);
        }
        for (Program.Commit commit : program.commits()) {
            compare(c.name() + " committed", commit.target(), expected, actual);
        }
        actual.close();
    }

    private void compare(String name, int buffer, Execution expected, Execution actual) {
        Buffer b = expected.program().buffer(buffer);
        int[] want = words(expected, b);
        host.expect(name, want);
        int[] got = words(actual, b);
        int count = 0;
        int first = -1;
        for (int i = 0; i < want.length; i++) {
            if (want[i] != got[i]) {
                count++;
                first = first < 0 ? i : first;
            }
        }
        compared++;
        if (count > 0) {
            different++;
            System.out.println("DIFFERENT " + name + ": " + count + " of " + want.length + ", first " + first + ": "
                    + Integer.toHexString(got[first]) + " instead of " + Integer.toHexString(want[first]));
        }
    }

    private static int[] words(Execution e, Buffer b) {
        if (!b.type().element().isFloat()) {
            return e.readInts(b.id()).get();
        }
        float[] values = e.readFloats(b.id()).get();
        int[] words = new int[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Float.floatToRawIntBits(values[i]);
        }
        return words;
    }
}
