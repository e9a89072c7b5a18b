/** Number formats and functions: the only home of exp, log, tanh and their kin, exact to the bit on every machine. */
package loom.numeric;
