/** Reads published ONNX operator cases: answers of other people's software to compare with. */
package loom.onnx;
