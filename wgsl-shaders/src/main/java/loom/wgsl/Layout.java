package loom.wgsl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.program.Kernel;
import loom.program.Program;

/** The stages of a program: kernels in order, loops as loops, commits last. */
record Layout(Program program, List<Item> items, List<Stage> commits) {
    sealed interface Item {}

    record Single(Variants.Choice choice) implements Item {}

    record Repeat(Kernel.Loop loop, List<Item> body) implements Item {}

    static Layout of(Program program, Variants variants) {
        List<Stage> commits = new ArrayList<>();
        for (Program.Commit c : program.commits()) {
            commits.add(CommitWgsl.generate(program, c));
        }
        return new Layout(program, items(program, program.kernels(), variants), commits);
    }

    /** Behind the program's own. */
    static int scratchSlot(Program program) {
        return program.slots();
    }

    /** Elements of every slot for a batch; the scratch slot, if any kernel needs it for some batch, is the last. */
    int[] slotElements(int batch) {
        int[] own = program.slotElements(batch);
        if (!usesScratch(stages())) {
            return own;
        }
        int[] all = Arrays.copyOf(own, own.length + 1);
        all[own.length] = scratchWords(items, batch);
        return all;
    }

    private boolean usesScratch(List<Stage> stages) {
        for (Stage s : stages) {
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
                        case Single s ->
                            usesScratch(s.choice().at(batch))
                                    ? s.choice().scratch().applyAsInt(batch)
                                    : 0;
                        case Repeat r -> scratchWords(r.body(), batch);
                    });
        }
        return most;
    }

    private static List<Item> items(Program program, List<Kernel> kernels, Variants variants) {
        List<Item> items = new ArrayList<>();
        for (Kernel k : kernels) {
            items.add(
                    k instanceof Kernel.Loop l
                            ? new Repeat(l, items(program, l.body(), variants))
                            : new Single(variants.choose(program, k)));
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
                case Single s -> s.choice().stages().forEach(all::addAll);
                case Repeat r -> collect(r.body(), all);
            }
        }
    }
}
