package loom.machine.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import loom.program.Term;

/**
 * Registers of an expression's terms, numbered apart for floats and integers. One is free again after its last use; those of constants
 * and scalars, which are filled once, never are. A result may take the register of an argument: every loop is element by element.
 */
final class Registers {
    private final int[] assigned;
    private final int[] used = new int[2];

    Registers(List<Term> terms) {
        assigned = new int[terms.size()];
        int[] last = new int[terms.size()];
        Arrays.setAll(last, t -> t);
        for (int t = 0; t < last.length; t++) {
            if (terms.get(t) instanceof Term.Apply a) {
                for (int argument : a.arguments()) {
                    last[argument] = t;
                }
            }
        }
        last[last.length - 1] = last.length;
        List<Deque<Integer>> free = new ArrayList<>(List.of(new ArrayDeque<>(), new ArrayDeque<>()));
        for (int t = 0; t < last.length; t++) {
            // Those that are filled once must not share, even with terms before them.
            if (isFilledOnce(terms.get(t))) {
                assigned[t] = used[kind(terms.get(t))]++;
            }
        }
        for (int t = 0; t < last.length; t++) {
            if (isFilledOnce(terms.get(t))) {
                continue;
            }
            for (int before = 0; before < t; before++) {
                if (last[before] == t && !isFilledOnce(terms.get(before))) {
                    free.get(kind(terms.get(before))).push(assigned[before]);
                }
            }
            int kind = kind(terms.get(t));
            assigned[t] =
                    free.get(kind).isEmpty() ? used[kind]++ : free.get(kind).pop();
            if (last[t] == t) {
                free.get(kind).push(assigned[t]);
            }
        }
    }

    private static boolean isFilledOnce(Term t) {
        return t instanceof Term.Constant || t instanceof Term.Scalar;
    }

    private static int kind(Term t) {
        return t.element().isFloat() ? 0 : 1;
    }

    int[] assigned() {
        return assigned.clone();
    }

    /** How many there are for floats. */
    int floats() {
        return used[0];
    }
}
