package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * New values of parameters and state are computed where an operand lies that nothing needs any more, a gradient as a rule: that takes less
 * memory, and what is in the caches stays there.
 */
final class InPlace {
    private final Emitter emitter;
    private final List<Kernel> kernels;
    private final Set<Integer> kept;
    /** Positions of the kernels that name a buffer, so that a program is looked through once and not once a parameter. */
    private final Map<Integer, TreeSet<Integer>> uses = new LinkedHashMap<>();

    private InPlace(Emitter emitter, List<Kernel> kernels, Set<Integer> kept) {
        this.emitter = emitter;
        this.kernels = new ArrayList<>(kernels);
        this.kept = kept;
        for (int k = 0; k < kernels.size(); k++) {
            use(kernels.get(k), k);
        }
    }

    /** The same kernels, with {@code values} in place of such operands, but not of those that are {@code kept} when all is done. */
    static List<Kernel> of(Emitter emitter, List<Kernel> kernels, List<Integer> values, List<Integer> kept) {
        Set<Integer> needed = new LinkedHashSet<>(kept);
        needed.addAll(values);
        InPlace p = new InPlace(emitter, kernels, needed);
        values.forEach(p::compute);
        return p.kernels;
    }

    private void use(Kernel kernel, int position) {
        if (kernel instanceof Kernel.Loop l) {
            l.body().forEach(k -> use(k, position));
        } else {
            kernel.reads().forEach(b -> usesOf(b).add(position));
            usesOf(kernel.out()).add(position);
        }
    }

    private TreeSet<Integer> usesOf(int buffer) {
        return uses.computeIfAbsent(buffer, b -> new TreeSet<>());
    }

    private void compute(int value) {
        for (int at : usesOf(value)) {
            if (kernels.get(at).out() == value) {
                if (kernels.get(at) instanceof Kernel.Pointwise p) {
                    compute(value, p, at);
                }
                return;
            }
        }
    }

    private void compute(int value, Kernel.Pointwise p, int at) {
        for (Kernel.Load l : p.loads()) {
            if (ends(l.buffer(), at) && isLike(l.buffer(), value) && Carrying.overwrites(p, l.buffer())) {
                for (int k : usesOf(l.buffer())) {
                    kernels.set(k, kernels.get(k).renamed(l.buffer(), value));
                }
                usesOf(value).addAll(uses.remove(l.buffer()));
                return;
            }
        }
    }

    /** Whether nothing uses a temporary after kernel {@code at}, under any name. */
    private boolean ends(int buffer, int at) {
        return emitter.isTemporary(buffer)
                && !emitter.isSliced(buffer)
                && !kept.contains(buffer)
                && usesOf(buffer).last() == at;
    }

    private boolean isLike(int buffer, int value) {
        return emitter.buffers()
                .get(buffer)
                .type()
                .equals(emitter.buffers().get(value).type());
    }
}
