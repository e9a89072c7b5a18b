/** Receipts and other views of what a run computed. */
package loom.inspect;
