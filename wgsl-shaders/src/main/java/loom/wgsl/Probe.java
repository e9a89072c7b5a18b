package loom.wgsl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
 * <p>Products have many shaders, which are long to compile, and a model uses few of them: each {@linkplain ProductKind kind} is looked at when a program is
 * prepared that has it, so before it computes anything that counts.
 */
public final class Probe {
    private final GpuHost host;
    private final WebGpuMachine machine;
    private final BitComparison comparison;
    /** What is wrong with everything but products; looked at with the first program. */
    private Optional<Completion<String>> others = Optional.empty();

    private final Map<Looked, Completion<String>> looked = new LinkedHashMap<>();
    private Variants variants;

    /** Why variants before the present ones were refused. */
    private String refused = "";

    /** Why no program is prepared any more. */
    private String wrong = "";

    /** A kind of products, whose dot products the kind itself says, in one of the ways. */
    private record Looked(ProductKind kind, Product product) {}

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
        return wrong.isEmpty() ? new Verdict.Right(machine, this::right) : new Verdict.Wrong(wrong());
    }

    /** Looks at all that programs may need: for tests, since it takes many times as long as what one model needs. */
    public Completion<Probe> everything() {
        Completion<Probe> done = new Completion<>();
        right(ProductKinds.of(variants), variants)
                .then(right -> right ? Completion.of(this) : everything())
                .whenDone(done::complete, e -> {
                    if (wrong.isEmpty()) {
                        done.fail(e);
                    } else {
                        done.complete(this);
                    }
                });
        return done;
    }

    private String wrong() {
        return "WebGPU on " + host.adapter() + " is not used: " + wrong;
    }

    private String right() {
        String products = looked.isEmpty() ? "" : " (matmul: " + variants.product() + ")";
        String faster = refused.isEmpty() ? "" : "; a faster matmul was refused: " + refused;
        return "WebGPU on " + host.adapter() + " gives the reference machine's bits in all " + comparison.compared()
                + " values checked" + products + faster;
    }

    private Completion<String> others() {
        if (others.isEmpty()) {
            others = Optional.of(said(this::lookAtOthers));
        }
        return others.get();
    }

    private Completion<String> lookAtOthers() {
        List<BitComparison.Check> trapping = checks(ProbePrograms.trapping(), variants);
        trapping.forEach(c -> machine.compileAhead(c.layout()));
        Completion<String> done = comparison.all(checks(ProbePrograms.general(), variants));
        for (BitComparison.Check c : trapping) {
            done = done.then(d -> d.isEmpty() ? comparison.trap(c) : Completion.of(d));
        }
        return done;
    }

    private static List<BitComparison.Check> checks(List<ProbePrograms.Check> programs, Variants with) {
        List<BitComparison.Check> checks = new ArrayList<>();
        programs.forEach(p -> checks.add(new BitComparison.Check(p, Layout.of(p.program(), with))));
        return checks;
    }

    /** How the device is to run a program, once all that it needs is right. */
    private Completion<Layout> layout(Program program) {
        if (!wrong.isEmpty()) {
            return Completion.failed(new DeviceException(wrong()));
        }
        Variants with = variants;
        Layout layout = Layout.of(program, with);
        machine.compileAhead(layout); // the longest first, side by side with what is to be looked at
        return right(layout.kinds(), with).then(right -> right ? Completion.of(layout) : layout(program));
    }

    /** Whether these kinds are right with these variants. If not, there are others now; it fails if there are none, or if anything but products is wrong. */
    private Completion<Boolean> right(Collection<ProductKind> kinds, Variants with) {
        Map<Looked, List<BitComparison.Check>> unseen = new LinkedHashMap<>();
        for (ProductKind kind : kinds) {
            Looked l = new Looked(kind, with.product());
            if (!looked.containsKey(l)) {
                unseen.put(l, checks(ProbePrograms.products(kind), kind.variants(with.product())));
            }
        }
        unseen.values().forEach(checks -> checks.forEach(c -> machine.compileAhead(c.layout())));
        Completion<Boolean> done = others().map(d -> {
            if (!d.isEmpty()) {
                throw found(d);
            }
            return true;
        });
        unseen.forEach((l, checks) -> looked.put(l, said(() -> comparison.all(checks))));
        for (ProductKind kind : kinds) {
            Completion<String> seen = looked.get(new Looked(kind, with.product()));
            done = done.then(
                    right -> right ? seen.map(d -> d.isEmpty() || !refuse(kind, with, d)) : Completion.of(false));
        }
        return done;
    }

    /** Goes on to other variants, unless a program beside has done so. */
    private boolean refuse(ProductKind kind, Variants with, String difference) {
        machine.checkAlive(); // what a lost device gives says nothing
        if (variants != with) {
            return true;
        }
        refused = difference;
        if (kind.packed() && kind.factors() == Factors.INT8) {
            variants = new Variants(with.product(), with.tiling(), false);
        } else if (with.product() == Product.FMA_NZ) {
            variants = new Variants(Product.ADD_U, with.tiling(), with.dots());
        } else {
            throw found(difference);
        }
        return true;
    }

    private DeviceException found(String difference) {
        machine.checkAlive(); // what a lost device gives says nothing
        wrong = difference;
        return new DeviceException(wrong());
    }

    /** What is wrong, as text, be it that the device cannot do it at all. */
    private static Completion<String> said(Supplier<Completion<String>> work) {
        Completion<String> said = new Completion<>();
        Completion.of("")
                .then(start -> work.get())
                .whenDone(said::complete, e -> said.complete(e.getMessage() == null ? e.toString() : e.getMessage()));
        return said;
    }
}
