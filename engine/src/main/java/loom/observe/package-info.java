/** Looking at a model while it runs or learns: what its layers give, what gradients flow back, which units do nothing. */
package loom.observe;
