package loom.wgsl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * The stages of a program: kernels in order, loops as loops, commits last.
 *
 * @param given the program that runs
 * @param program the same, with slots such that products can read windows where they lie ({@link Program#apart})
 * @param leftOut buffers that no stage writes or reads: patches, where products take the windows themselves
 */
record Layout(Program given, Program program, Set<Integer> leftOut, List<Item> items, List<Stage> commits) {
    sealed interface Item {}

    record Single(Choice choice) implements Item {}

    record Repeat(Kernel.Loop loop, List<Item> body) implements Item {}

    static Layout of(Program given, Variants variants) {
        List<CopiedOperand> windows = new ArrayList<>(variants.readsWindows() ? CopiedOperand.all(given) : List.of());
        windows.removeIf(o -> !o.isWindow());
        Program program = windows.isEmpty() ? given : given.apart(windows);
        Map<Integer, CopiedOperand> byCopy = new TreeMap<>();
        Set<Integer> leftOut = new TreeSet<>();
        for (CopiedOperand o : windows) {
            byCopy.put(o.copies().get(0).out(), o);
            o.copies().forEach(copy -> leftOut.add(copy.out()));
        }
        List<Stage> commits = new ArrayList<>();
        for (Program.Commit c : program.commits()) {
            commits.add(CommitWgsl.generate(program, c));
        }
        return new Layout(given, program, leftOut, items(program, program.kernels(), byCopy, variants), commits);
    }

    /** Behind the program's own. */
    static int scratchSlot(Program program) {
        return program.slots();
    }

    /** Elements of every slot for a batch; the scratch slot, if any kernel needs it for some batch, is the last. */
    int[] slotElements(int batch) {
        int[] own = program.slotElements(batch, leftOut);
        if (!usesScratch()) {
            return own;
        }
        int[] all = Arrays.copyOf(own, own.length + 1);
        all[own.length] = scratchWords(items, batch);
        return all;
    }

    private boolean usesScratch() {
        for (Stage s : stages()) {
            if (s.out() == scratchSlot(program)) {
                return true;
            }
        }
        return false;
    }

    private int scratchWords(List<Item> of, int batch) {
        int most = 0;
        for (Item i : of) {
            most = Math.max(
                    most,
                    switch (i) {
                        case Single s -> s.choice().at(batch).scratch().applyAsInt(batch);
                        case Repeat r -> scratchWords(r.body(), batch);
                    });
        }
        return most;
    }

    private static List<Item> items(
            Program program, List<Kernel> kernels, Map<Integer, CopiedOperand> byCopy, Variants variants) {
        List<Item> items = new ArrayList<>();
        int i = 0;
        while (i < kernels.size()) {
            Kernel k = kernels.get(i);
            CopiedOperand operand = byCopy.get(k.out());
            if (operand != null) {
                items.add(new Single(variants.choose(program, operand)));
                i += operand.kernels();
                continue;
            }
            items.add(
                    k instanceof Kernel.Loop l
                            ? new Repeat(l, items(program, l.body(), byCopy, variants))
                            : new Single(variants.choose(program, k)));
            i++;
        }
        return items;
    }

    /** Every stage that some batch uses. */
    List<Stage> stages() {
        List<Stage> all = new ArrayList<>(commits);
        ways(items, w -> all.addAll(w.stages()));
        return all;
    }

    /** Kinds of the products of some batch. */
    Set<ProductKind> kinds() {
        Set<ProductKind> all = new LinkedHashSet<>();
        ways(items, w -> w.kind().ifPresent(all::add));
        return all;
    }

    private static void ways(List<Item> items, Consumer<Way> action) {
        for (Item i : items) {
            switch (i) {
                case Single s -> s.choice().ways().forEach(action);
                case Repeat r -> ways(r.body(), action);
            }
        }
    }
}
