package loom.server.cli;

import loom.inspect.EngineVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code loom} command. */
@Command(
        name = "loom",
        description = "Runs, checks and serves neural networks that give the same bits everywhere.",
        subcommands = {Serve.class},
        mixinStandardHelpOptions = true,
        versionProvider = LoomCli.Version.class)
public final class LoomCli {
    private LoomCli() {}

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"loom " + EngineVersion.text()};
        }
    }

    public static void main(String[] args) {
        int status = commandLine().execute(args);
        if (status != Serve.RUNNING) {
            System.exit(status);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new LoomCli()).setExecutionExceptionHandler(LoomCli::report);
    }

    /** One line for what the user can act on; a stack trace only for our own mistakes. */
    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult arguments)
            throws Exception {
        if (failure instanceof CommandFailed) {
            command.getErr().println("loom: " + failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }
}
