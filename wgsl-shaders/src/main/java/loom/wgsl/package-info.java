/** Kernels as WGSL text, with their dispatch plans and bind layouts. */
package loom.wgsl;
