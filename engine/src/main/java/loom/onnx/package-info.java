/** ONNX files: their reader, their operators as primitives, and the model they become. */
package loom.onnx;
