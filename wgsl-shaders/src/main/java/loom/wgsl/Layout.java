package loom.wgsl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.Program;

/**
 * The stages of a program: kernels in order, loops as loops, commits last.
 *
 * @param scratch what kernels need of the scratch slot, one after the other
 */
record Layout(Program program, List<Item> items, List<Stage> commits, List<Extent> scratch) {
    sealed interface Item {}

    record Single(Variants.Choice choice) implements Item {}

    record Repeat(Kernel.Loop loop, List<Item> body) implements Item {}

    static Layout of(Program program, Variants variants) {
        List<Stage> commits = new ArrayList<>();
        for (Program.Commit c : program.commits()) {
            commits.add(CommitWgsl.generate(program, c));
        }
        List<Extent> scratch = new ArrayList<>();
        return new Layout(program, items(program, program.kernels(), variants, scratch), commits, scratch);
    }

    /** Behind the program's own. */
    static int scratchSlot(Program program) {
        return program.slots();
    }

    /** Elements of every slot for a batch; the scratch slot, if any kernel needs it, is the last. */
    int[] slotElements(int batch) {
        int[] own = program.slotElements(batch);
        int[] all = Arrays.copyOf(own, own.length + (scratch.isEmpty() ? 0 : 1));
        for (Extent e : scratch) {
            all[own.length] = Math.max(all[own.length], e.at(batch));
        }
        return all;
    }

    private static List<Item> items(Program program, List<Kernel> kernels, Variants variants, List<Extent> scratch) {
        List<Item> items = new ArrayList<>();
        for (Kernel k : kernels) {
            if (k instanceof Kernel.Loop l) {
                items.add(new Repeat(l, items(program, l.body(), variants, scratch)));
                continue;
            }
            if (k instanceof Kernel.ScatterAdd s && ScatterAddWgsl.isLinked(s)) {
                scratch.add(s.groups().times(s.positions()));
            }
            variants.choose(program, k).forEach(c -> items.add(new Single(c)));
        }
        return items;
    }

    /** Every stage that some batch uses. */
    List<Stage> stages() {
        List<Stage> all = new ArrayList<>(commits);
        collect(items, all);
        return all;
    }

    private static void collect(List<Item> items, List<Stage> all) {
        for (Item i : items) {
            switch (i) {
                case Single s -> all.addAll(s.choice().stages());
                case Repeat r -> collect(r.body(), all);
            }
        }
    }
}
