package loom.machine.wasm;

import java.util.List;
import loom.program.Kernel;

/** A convolution, a copy and a product in the program, whose patches are never there as a whole. */
sealed interface Patches permits PatchBand, WindowProduct {
    /** Of the copy in the program; the product follows it. */
    int position();

    /** Of the first kernel in the program that it does not do. */
    int end();

    /** Of the result. */
    int out();

    /** Buffers that are read after some of the result is written. */
    List<Integer> operands();

    /** Makes all patches. */
    Kernel.Copy copy();

    /** Takes them. */
    Kernel.MatMul product();

    /** Bytes of scratch memory that its products take. */
    long scratchBytes(int batch);

    /** Elements that are kept in place of a sample's patches. */
    int elements();
}
