/** The functions of {@code loom.numeric} as straight-line code on 32-bit lanes, from which machines generate kernels. */
package loom.numeric.scalar;
