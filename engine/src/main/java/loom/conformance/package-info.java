/** The cases that every machine must agree on: the kernels' random ones and every layer. */
package loom.conformance;
