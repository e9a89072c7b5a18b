package loom.machine.wasm;

/** How a tile reads its rows of a: every element goes to all lanes. */
interface LeftOperand {
    /** Puts the pointers at the band's {@code a}, where the tile's first row is at the first step of the block. */
    void start();

    /** Pushes the element of a row, {@code u} steps of k after the pointers. */
    void push(int row, int u);

    /** Called after each of {@code unroll} steps, {@code u} being 0 for the first. */
    void stepped(int u, int unroll);
}
