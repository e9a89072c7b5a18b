/** Reading and writing model files. */
package loom.format;
