/** Models with fewer bits: weights rounded to small types with scales, and what that costs. */
package loom.quant;
