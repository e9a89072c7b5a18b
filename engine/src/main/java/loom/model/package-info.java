/** Networks as records: a grid of cells holding layers. */
package loom.model;
