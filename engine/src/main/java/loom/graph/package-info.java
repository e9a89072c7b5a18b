/** Tensor operations in single assignment, shape inference and differentiation. */
package loom.graph;
