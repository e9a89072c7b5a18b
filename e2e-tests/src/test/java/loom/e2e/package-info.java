/** The whole product in a real browser, compared with the JVM. */
package loom.e2e;
