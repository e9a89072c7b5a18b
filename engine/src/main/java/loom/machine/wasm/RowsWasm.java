package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;

/**
 * The walk over indices that gather and scatter-add share: {@code table [groups, rows, width]}, {@code indices [groups, positions]},
 * {@code list [groups, positions, width]}.
 *
 * @param indices address parameter of the indices
 * @param row local with the address of the chosen row of the table
 * @param place local with the address of its row in the list
 */
record RowsWasm(
        KernelWriter w, Extent groups, Extent rows, Extent positions, Extent width, int indices, int row, int place) {

    static RowsWasm of(KernelWriter w, Extent groups, Extent rows, Extent positions, Extent width, int indices) {
        return new RowsWasm(w, groups, rows, positions, width, indices, w.f.i32Local(), w.f.i32Local());
    }

    /** Runs {@code inside} for every index in ascending order; where there is no such row, raises the flag and runs {@code outside}. */
    void each(int table, int list, Runnable inside, Runnable outside) {
        FunctionBuilder f = w.f;
        int base = f.i32Local();
        int from = f.i32Local();
        int index = f.i32Local();
        int group = f.i32Local();
        int position = f.i32Local();
        f.get(table).set(base).get(list).set(place).get(indices).set(from);
        f.count(group, w.pushing(groups), 1, () -> {
            f.count(position, w.pushing(positions), 1, () -> {
                f.get(from).memory(I32_LOAD, 0).tee(index);
                w.push(rows, 1);
                // Unsigned: a negative index is a very large one.
                f.op(I32_LT_U)
                        .ifElse(
                                () -> {
                                    f.get(base).get(index);
                                    w.push(width, 4);
                                    f.op(I32_MUL).op(I32_ADD).set(row);
                                    inside.run();
                                },
                                () -> {
                                    f.splat(-1);
                                    w.flag();
                                    outside.run();
                                });
                f.increase(from, 4);
                f.get(place);
                w.push(width, 4);
                f.op(I32_ADD).set(place);
            });
            f.get(base);
            w.push(rows.times(width), 4);
            f.op(I32_ADD).set(base);
        });
    }
}
