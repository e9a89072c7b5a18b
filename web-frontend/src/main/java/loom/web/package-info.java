/** The browser side: bindings, the two browser machines and the exported API. */
package loom.web;
