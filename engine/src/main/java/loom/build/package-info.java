/** New models from parts: branches of several side by side, cells split and joined, tensors by their names, random and evolved networks. */
package loom.build;
