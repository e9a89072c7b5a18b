package loom.machine.wasm;

import java.util.List;

/**
 * Neighbouring kernels that compute every sample of the batch from the same sample, run for a few samples at a time: see {@link
 * Stripes}.
 *
 * @param first position of its first kernel in the program
 * @param end position after its last one
 * @param samples at a time
 * @param shareable whether samples may be computed at the same time
 * @param patches convolutions whose patches are never there as a whole, in order
 */
record Stripe(int first, int end, int samples, boolean shareable, List<Patches> patches) {}
