/** Losses, optimizers and the training loop. */
package loom.train;
