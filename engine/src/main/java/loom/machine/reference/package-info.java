/** The machine that defines the bits: plain loops, one thread, no cleverness. */
package loom.machine.reference;
