/** Programs and data made from a seed, to compare machines bit by bit: in unit tests and inside browsers alike. */
package loom.machine.conformance;
