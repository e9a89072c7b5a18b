/** Running a model on a machine: what command line, server and page call. */
package loom.run;
