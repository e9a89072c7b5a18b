/** The loom command line. */
package loom.server.cli;
