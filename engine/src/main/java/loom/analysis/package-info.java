/**
 * Statistics of tables, masks and models. All arithmetic is Java's double, every sum in the order stated where it is made, every draw
 * Philox: a result depends on its input and seed alone, and has the same bits on the JVM and in a browser.
 */
package loom.analysis;
