package loom.wgsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import loom.graph.Factors;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Program;

/**
 * Checks a device before it is used: runs the shaders that models will run on values that tell fused, reordered and
 * estimated arithmetic from ours, and compares every bit with the reference machine. WGSL promises too little to be trusted
 * unseen. Of the variants of a kernel the first that is right is taken, the fastest being tried first.
 */
public final class Probe {
    private final GpuHost host;
    private final UnaryOperator<Shader> transform;
    private int compared;

    private Probe(GpuHost host, UnaryOperator<Shader> transform) {
        this.host = host;
        this.transform = transform;
    }

    /** Never fails: a device that cannot even compile a shader is {@link Verdict.Wrong}. */
    public static Completion<Verdict> run(GpuHost host) {
        return run(host, UnaryOperator.identity());
    }

    /** @param transform a test's sabotage, applied to every shader */
    static Completion<Verdict> run(GpuHost host, UnaryOperator<Shader> transform) {
        Completion<Verdict> verdict = new Completion<>();
        Completion<Verdict> probing;
        try {
            Probe probe = new Probe(host, transform);
            List<Product> products = List.of(Product.values());
            probing = host.adapter().packedDots()
                    ? probe.dots().then(d -> probe.probe(products, d.isEmpty(), d))
                    : probe.probe(products, false, "");
        } catch (RuntimeException e) {
            probing = Completion.failed(e);
        }
        probing.whenDone(
                verdict::complete,
                failure -> verdict.complete(
                        wrong(host, failure.getMessage() == null ? failure.toString() : failure.getMessage())));
        return verdict;
    }

    private static Verdict wrong(GpuHost host, String reason) {
        return new Verdict.Wrong("WebGPU on " + host.adapter() + " is not used: " + reason);
    }

    /** Packed dot products: empty if they are right, otherwise why they cannot be used. */
    private Completion<String> dots() {
        boolean software = host.adapter().software();
        List<Variants.Tiling> tilings = software
                ? List.of(Variants.Tiling.NONE)
                : List.of(Variants.Tiling.SMALL_PACKED, Variants.Tiling.LARGE_PACKED);
        List<Checks> all = new ArrayList<>();
        for (Variants.Tiling t : tilings) {
            WebGpuMachine machine = new WebGpuMachine(host, new Variants(Product.FMA_NZ, t, true), transform);
            all.add(new Checks(machine, ProbePrograms.packed(Factors.INT8)));
        }
        Completion<String> found = new Completion<>();
        Completion.of("")
                .then(start -> all(all))
                .whenDone(found::complete, e -> found.complete(String.valueOf(e.getMessage())));
        return found;
    }

    /** Tries the first of these products; a device that is wrong elsewhere is wrong with any of them. */
    private Completion<Verdict> probe(List<Product> products, boolean dots, String failed) {
        if (products.isEmpty()) {
            return Completion.of(wrong(host, failed));
        }
        boolean software = host.adapter().software();
        Product product = products.get(0);
        Variants variants = new Variants(product, software ? Variants.Tiling.NONE : Variants.Tiling.BY_SHAPE, dots);
        WebGpuMachine machine = new WebGpuMachine(host, variants, transform);
        return products(machine, product, dots, software).then(difference -> {
            if (!difference.isEmpty()) {
                return probe(products.subList(1, products.size()), dots, difference);
            }
            return all(List.of(new Checks(machine, ProbePrograms.general())))
                    .then(d -> d.isEmpty() ? traps(machine) : Completion.of(d))
                    .map(d -> d.isEmpty() ? right(machine, product, failed) : wrong(host, d));
        });
    }

    private Verdict right(WebGpuMachine machine, Product product, String failed) {
        String why = "WebGPU on " + host.adapter() + " gives the reference machine's bits in all " + compared
                + " values checked (matmul: " + product + ")";
        return new Verdict.Right(machine, failed.isEmpty() ? why : why + "; a faster matmul was refused: " + failed);
    }

    /** The matmul shaders that models will use. */
    private Completion<String> products(WebGpuMachine machine, Product product, boolean dots, boolean software) {
        List<ProbePrograms.Check> shapes = new ArrayList<>(ProbePrograms.products(10, !software));
        shapes.add(ProbePrograms.windows(10));
        shapes.add(ProbePrograms.windowsWithGaps());
        Completion<String> first = all(List.of(new Checks(machine, shapes)));
        // A device that is wrong is so with these, most likely: it need not compile the others.
        return software
                ? first
                : first.then(d -> d.isEmpty() ? all(tilings(machine, product, dots)) : Completion.of(d));
    }

    private static List<Checks> tilings(WebGpuMachine machine, Product product, boolean dots) {
        List<Checks> all = new ArrayList<>();
        for (Variants.Tiling tiling : Variants.Tiling.values()) {
            List<ProbePrograms.Check> checks = switch (tiling) {
                case BY_SHAPE -> List.of();
                case FEW -> ProbePrograms.fewRows();
                case BLOCKS -> productsAndWindows(10);
                case NONE, SMALL, MEDIUM_RANGES -> productsAndWindows(MatMulTile.LARGE.rows());
                case LARGE -> productsAndWindows(MatMulTile.LARGE.columns());
                // Its tile was looked at with rounded operands, too.
                case SMALL_RANGES -> ProbePrograms.ranges(MatMulTile.SMALL.rows());
                // Small tiles are of int8 alone; it was looked at first.
                case SMALL_PACKED -> List.of();
                case LARGE_PACKED -> packedFloats();
            };
            all.add(new Checks(machine.with(inTurns(product, tiling, dots)), checks));
        }
        return all;
    }

    /** So that block sums of the larger products do not fit the scratch slot all at once. */
    private static Variants inTurns(Product product, Variants.Tiling tiling, boolean dots) {
        KRanges.Limits limits = new KRanges.Limits(KRanges.Limits.USUAL.invocations(), 10_000);
        return new Variants(product, tiling, dots, Variants.Windows.IN_PLACE, limits);
    }

    private static List<ProbePrograms.Check> productsAndWindows(int tile) {
        List<ProbePrograms.Check> checks = new ArrayList<>(ProbePrograms.products(tile, false));
        checks.add(ProbePrograms.windows(tile));
        return checks;
    }

    private static List<ProbePrograms.Check> packedFloats() {
        List<ProbePrograms.Check> checks = new ArrayList<>(ProbePrograms.packed(Factors.BF16));
        checks.addAll(ProbePrograms.packed(Factors.F16));
        return checks;
    }

    private record Checks(WebGpuMachine machine, List<ProbePrograms.Check> checks) {}

    /** Empty, or the first difference. All shaders are compiled side by side, which is most of the time that a probe takes. */
    private Completion<String> all(List<Checks> all) {
        all.forEach(some -> some.checks().forEach(c -> some.machine().compileAhead(c.program())));
        Completion<String> done = Completion.of("");
        for (Checks some : all) {
            for (ProbePrograms.Check c : some.checks()) {
                done = done.then(d -> d.isEmpty() ? check(some.machine(), c) : Completion.of(d));
            }
        }
        return done;
    }

    private Completion<String> check(WebGpuMachine machine, ProbePrograms.Check c) {
        LinkedHashMap<String, Integer> readable =
                new LinkedHashMap<>(c.program().outputs());
        for (Program.Commit commit : c.program().commits()) {
            readable.put("committed", commit.target());
        }
        return ran(new ReferenceMachine().prepare(c.program()), c)
                .then(expected -> ran(machine.prepare(c.program()), c).then(actual -> {
                    Completion<String> done = Completion.of("");
                    for (Map.Entry<String, Integer> e : readable.entrySet()) {
                        done = done.then(d ->
                                d.isEmpty() ? compare(e.getKey(), e.getValue(), expected, actual) : Completion.of(d));
                    }
                    return done.map(d -> {
                        actual.close();
                        return d;
                    });
                }));
    }

    private static Completion<Execution> ran(Completion<Execution> prepared, ProbePrograms.Check c) {
        return prepared.then(e -> {
            for (Map.Entry<String, int[]> feed : c.feeds().entrySet()) {
                write(e, c.program().source(feed.getKey()), feed.getValue());
            }
            e.run();
            return e.finish();
        });
    }

    private static void write(Execution e, int buffer, int[] words) {
        float[] values = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = Float.intBitsToFloat(words[i]);
        }
        e.write(buffer, values);
    }

    private Completion<String> compare(String name, int buffer, Execution expected, Execution actual) {
        Buffer b = expected.program().buffer(buffer);
        return words(expected, b)
                .then(want -> words(actual, b).map(got -> {
                    compared += want.length;
                    for (int i = 0; i < want.length; i++) {
                        if (want[i] != got[i]) {
                            return name + " is wrong: element " + i + " has the bits " + Integer.toHexString(got[i])
                                    + " instead of " + Integer.toHexString(want[i]);
                        }
                    }
                    return "";
                }));
    }

    private static Completion<int[]> words(Execution e, Buffer b) {
        Function<float[], int[]> bits = values -> {
            int[] words = new int[values.length];
            for (int i = 0; i < words.length; i++) {
                words[i] = Float.floatToRawIntBits(values[i]);
            }
            return words;
        };
        return b.type().element().isFloat() ? e.readFloats(b.id()).map(bits) : e.readInts(b.id());
    }

    private static Completion<String> traps(WebGpuMachine machine) {
        Completion<String> done = Completion.of("");
        for (ProbePrograms.Check c : ProbePrograms.trapping()) {
            done = done.then(d -> d.isEmpty() ? trap(machine, c) : Completion.of(d));
        }
        return done;
    }

    /** A run that must trap, at the reference machine's site, and change nothing. */
    private static Completion<String> trap(WebGpuMachine machine, ProbePrograms.Check c) {
        List<String> outcomes = new ArrayList<>();
        return outcome(new ReferenceMachine().prepare(c.program()), c, outcomes)
                .then(r -> outcome(machine.prepare(c.program()), c, outcomes))
                .map(r -> outcomes.get(0).equals(outcomes.get(1))
                                && !outcomes.get(0).isEmpty()
                        ? ""
                        : "the trap of " + c.name() + " is not reported: " + outcomes);
    }

    private static Completion<String> outcome(Completion<Execution> prepared, ProbePrograms.Check c, List<String> to) {
        Completion<String> outcome = new Completion<>();
        prepared.then(e -> {
                    Completion<Execution> ended = new Completion<>();
                    ran(Completion.of(e), c).whenDone(ended::complete, failure -> {
                        if (failure instanceof NumericTrap t) {
                            to.add("site " + t.site());
                            ended.complete(e);
                        } else {
                            ended.fail(failure);
                        }
                    });
                    return ended;
                })
                .then(e -> words(e, e.program().buffer(e.program().source("w"))).map(w -> {
                    e.close();
                    return w;
                }))
                .whenDone(
                        w -> {
                            int[] fed = c.feeds().get("w");
                            for (int i = 0; i < fed.length; i++) {
                                if (fed[i] != w[i]) {
                                    outcome.fail(new DeviceException("a run that trapped changed a parameter"));
                                    return;
                                }
                            }
                            outcome.complete("");
                        },
                        outcome::fail);
        return outcome;
    }
}
