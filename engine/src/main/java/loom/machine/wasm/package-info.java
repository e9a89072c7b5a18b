/** Kernels emitted as WebAssembly bytes at run time. */
package loom.machine.wasm;
