/** Text: tokenizers, transformers of the Llama family from their files, generation. */
package loom.text;
