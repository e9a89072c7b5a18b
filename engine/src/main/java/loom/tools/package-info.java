/** What a page asks for beside running and training models, as texts and bytes: one door to analysis, comparison and building. */
package loom.tools;
