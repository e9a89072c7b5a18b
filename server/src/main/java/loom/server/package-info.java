/** The development server: static files, security headers and the native reference endpoint. */
package loom.server;
