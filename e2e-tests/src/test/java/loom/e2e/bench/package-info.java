/**
 * {@code ./loom bench}: this engine and others in one browser, on the same models and inputs, timed in turns. A workload is
 * one file; what it needs of an engine's page is in {@code bench/pages/bench.js}.
 */
package loom.e2e.bench;
