package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * New values of parameters and state are computed where an operand lies that nothing needs any more, a gradient as a rule: that takes less
 * memory, and what is in the caches stays there.
 */
final class InPlace {
    private final Emitter emitter;
    private final List<Kernel> kernels;
    private final Set<Integer> kept;

    private InPlace(Emitter emitter, List<Kernel> kernels, Set<Integer> kept) {
        this.emitter = emitter;
        this.kernels = new ArrayList<>(kernels);
        this.kept = kept;
    }

    /** The same kernels, with {@code values} in place of such operands, but not of those that are {@code kept} when all is done. */
    static List<Kernel> of(Emitter emitter, List<Kernel> kernels, List<Integer> values, List<Integer> kept) {
        Set<Integer> needed = new LinkedHashSet<>(kept);
        needed.addAll(values);
        InPlace p = new InPlace(emitter, kernels, needed);
        values.forEach(p::compute);
        return p.kernels;
    }

    private void compute(int value) {
        int at = 0;
        while (at < kernels.size() && kernels.get(at).out() != value) {
            at++;
        }
        if (at == kernels.size() || !(kernels.get(at) instanceof Kernel.Pointwise p)) {
            return;
        }
        for (Kernel.Load l : p.loads()) {
            if (ends(l.buffer(), at) && isLike(l.buffer(), value) && Carrying.overwrites(p, l.buffer())) {
                kernels.replaceAll(k -> k.renamed(l.buffer(), value));
                return;
            }
        }
    }

    /** Whether nothing reads a temporary after kernel {@code at}, under any name. */
    private boolean ends(int buffer, int at) {
        if (!emitter.isTemporary(buffer) || emitter.isSliced(buffer) || kept.contains(buffer)) {
            return false;
        }
        for (Kernel k : kernels.subList(at + 1, kernels.size())) {
            if (k.reads().contains(buffer)) {
                return false;
            }
        }
        return true;
    }

    private boolean isLike(int buffer, int value) {
        return emitter.buffers()
                .get(buffer)
                .type()
                .equals(emitter.buffers().get(value).type());
    }
}
