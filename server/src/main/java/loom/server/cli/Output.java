package loom.server.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Where results go. */
final class Output {
    private Output() {}

    static void print(CommandSpec spec, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }
}
