package loom.wgsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import loom.graph.Factors;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.program.Program;

/**
 * Checks a device before it is used: runs the shaders that models will run on values that tell fused, reordered and
 * estimated arithmetic from ours, and compares every bit with the reference machine. WGSL promises too little to be trusted
 * unseen. Of the variants of a product the first that is right is taken, the fastest being tried first.
 *
 * <p>There are many shaders, most of the time goes into compiling them, and a model uses few: each {@linkplain Feature feature} is looked at when a program is
 * prepared that has it, so before it computes anything that counts.
 */
public final class Probe {
    private final GpuHost host;
    private final WebGpuMachine machine;
    private final BitComparison comparison;

    private final Map<Looked, Completion<String>> looked = new LinkedHashMap<>();
    private Variants variants;

    /** Why variants before the present ones were refused. */
    private String refused = "";

    /** Why no program is prepared any more. */
    private String wrong = "";

    /** Kinds of products say themselves whether they use packed dot products. */
    private record Looked(Feature feature, Product product) {}

    public Probe(GpuHost host) {
        this(host, UnaryOperator.identity());
    }

    /** @param transform a test's sabotage, applied to every shader */
    Probe(GpuHost host, UnaryOperator<Shader> transform) {
        this.host = host;
        GpuHost.Adapter adapter = host.adapter();
        Variants.Tiling tiling = adapter.software() ? Variants.Tiling.NONE : Variants.Tiling.BY_SHAPE;
        this.variants = new Variants(Product.FMA_NZ, tiling, adapter.packedDots());
        this.machine = new WebGpuMachine(host, this::layout, transform);
        this.comparison = new BitComparison(machine);
    }

    /** What it says of the device so far: it is right, until a program needs what is wrong. */
    public Verdict verdict() {
        return wrong.isEmpty() ? new Verdict.Right(machine, this::why) : new Verdict.Wrong(whyNot());
    }

    /** Looks at all that programs may need: for tests, since it takes many times as long as what one model needs. */
    public Completion<Probe> everything() {
        return areRight(Feature.all(variants), variants)
                .then(right -> right ? Completion.of(this) : everything())
                .otherwise(e -> {
                    if (wrong.isEmpty()) {
                        throw e;
                    }
                    return Completion.of(this);
                });
    }

    private String whyNot() {
        return "WebGPU on " + host.adapter() + " is not used: " + wrong;
    }

    private String why() {
        boolean multiplies = false;
        for (Looked l : looked.keySet()) {
            multiplies |= l.feature() instanceof ProductKind;
        }
        String products = multiplies ? " (matmul: " + variants.product() + ")" : "";
        String faster = refused.isEmpty() ? "" : "; a faster matmul was refused: " + refused;
        return "WebGPU on " + host.adapter() + " gives the reference machine's bits in all " + comparison.right()
                + " values checked" + products + faster;
    }

    /** The programs for a feature: some for their results, some that trap. */
    private final class Look {
        private final List<BitComparison.Check> results;
        private final List<BitComparison.Check> traps;

        Look(Feature feature, Variants with) {
            Variants v = feature instanceof ProductKind kind ? kind.variants(with.product()) : with;
            results = checks(ProbePrograms.of(feature), v);
            traps = checks(ProbePrograms.trapping(feature), v);
        }

        private static List<BitComparison.Check> checks(List<ProbePrograms.Check> programs, Variants with) {
            List<BitComparison.Check> checks = new ArrayList<>();
            programs.forEach(p -> checks.add(new BitComparison.Check(p, Layout.of(p.program(), with))));
            return checks;
        }

        void compileAhead() {
            results.forEach(c -> machine.compileAhead(c.layout()));
            traps.forEach(c -> machine.compileAhead(c.layout()));
        }

        /** What is wrong, as text, be it that the device cannot do it at all; empty if nothing is. */
        Completion<String> seen() {
            Completion<String> done = Completion.of("");
            for (BitComparison.Check c : results) {
                done = done.then(d -> d.isEmpty() ? comparison.results(c) : Completion.of(d));
            }
            for (BitComparison.Check c : traps) {
                done = done.then(d -> d.isEmpty() ? comparison.trap(c) : Completion.of(d));
            }
            return failureOr(done, d -> d);
        }
    }

    /** How the device is to run a program, once all that it needs is right. */
    private Completion<Layout> layout(Program program) {
        if (!wrong.isEmpty()) {
            return Completion.failed(new DeviceException(whyNot()));
        }
        Variants with = variants;
        Layout layout = Layout.of(program, with);
        machine.compileAhead(layout); // the longest first, side by side with what is to be looked at
        return areRight(Feature.of(layout), with).then(right -> right ? compiled(layout) : layout(program));
    }

    /** That, once its shaders are compiled: of those that are its alone, one may be what the device cannot compile. */
    private Completion<Layout> compiled(Layout layout) {
        return failureOr(Completion.of(layout).then(machine::compiled), all -> "")
                .map(failure -> {
                    if (!failure.isEmpty()) {
                        machine.checkAlive();
                        throw found(failure);
                    }
                    return layout;
                });
    }

    /** What a text is made of, or, if there is no such thing, why. */
    private static <T> Completion<String> failureOr(Completion<T> work, Function<T, String> text) {
        return work.map(text).otherwise(e -> Completion.of(e.getMessage() == null ? e.toString() : e.getMessage()));
    }

    /** Whether these are right with these variants. If not, there are others now; it fails if there are none. */
    private Completion<Boolean> areRight(Set<Feature> features, Variants with) {
        Map<Looked, Look> unseen = new LinkedHashMap<>();
        for (Feature feature : features) {
            Looked l = new Looked(feature, with.product());
            if (!looked.containsKey(l)) {
                unseen.put(l, new Look(feature, with));
            }
        }
        unseen.values().forEach(Look::compileAhead);
        unseen.forEach((l, look) -> looked.put(l, look.seen()));
        Completion<Boolean> done = Completion.of(true);
        for (Feature feature : features) {
            Completion<String> seen = looked.get(new Looked(feature, with.product()));
            done = done.then(
                    right -> right ? seen.map(d -> d.isEmpty() || !refuse(feature, with, d)) : Completion.of(false));
        }
        return done;
    }

    /** Goes on to other variants, unless a program beside has done so. */
    private boolean refuse(Feature feature, Variants with, String difference) {
        machine.checkAlive(); // what a lost device gives says nothing
        if (variants != with) {
            return true;
        }
        if (!(feature instanceof ProductKind kind)) {
            throw found(difference);
        }
        if (kind.packed() && kind.factors() == Factors.INT8) {
            variants = new Variants(with.product(), with.tiling(), false);
        } else if (with.product() == Product.FMA_NZ) {
            variants = new Variants(Product.ADD_U, with.tiling(), with.dots());
        } else {
            throw found(difference);
        }
        refused = difference;
        return true;
    }

    private DeviceException found(String difference) {
        wrong = difference;
        return new DeviceException(whyNot());
    }
}
