/** Tensors in files: safetensors, NumPy's npy and npz. */
package loom.format.tensors;
