/** Compiled programs: kernels over static buffers, their listing and digests. */
package loom.program;
