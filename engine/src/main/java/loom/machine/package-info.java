/** What it takes to run a program; one sub-package per machine. */
package loom.machine;
