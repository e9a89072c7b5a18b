package loom.server.cli;

import loom.inspect.EngineVersion;
import loom.onnx.OnnxLowering;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code loom} command. */
@Command(
        name = "loom",
        description = "Runs, checks, trains and serves neural networks that give the same bits everywhere.",
        subcommands = {
            Run.class,
            Verify.class,
            Inspect.class,
            Convert.class,
            Train.class,
            Evaluate.class,
            Generate.class,
            Analyse.class,
            Observe.class,
            Describe.class,
            Build.class,
            Evolve.class,
            Diff.class,
            Prove.class,
            Bench.class,
            Serve.class,
            About.class,
            CommandLine.HelpCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            ExitStatus.OK + ":done",
            ExitStatus.DIFFERS + ":verify, prove, diff: other bits",
            ExitStatus.REFUSED + ":arguments, files or values that the command cannot work with; stderr says which",
            ExitStatus.BROKEN + ":a mistake of ours"
        },
        mixinStandardHelpOptions = true,
        versionProvider = LoomCli.Version.class)
public final class LoomCli {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    private LoomCli() {}

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"loom " + EngineVersion.text()};
        }
    }

    public static void main(String[] args) {
        int status = execute(args);
        if (status != Serve.RUNNING) {
            System.exit(status);
        }
    }

    /** Java's own exit status for an error that nobody caught is 1, which here says that bits differ. */
    private static int execute(String[] args) {
        try {
            return commandLine().execute(args);
        } catch (OutOfMemoryError e) {
            System.err.println("loom: not enough memory: Java may use "
                    + Runtime.getRuntime().maxMemory() / (1 << 20)
                    + " MiB; allow it more, for example with JAVA_TOOL_OPTIONS=-Xmx8g");
            return ExitStatus.REFUSED;
        } catch (StackOverflowError e) {
            System.err.println("loom: internal error: " + e + "; please report it with the model");
            return ExitStatus.BROKEN;
        }
    }

    static CommandLine commandLine() {
        OnnxLowering.install();
        LoomCli root = new LoomCli();
        return new CommandLine(root)
                .setParameterExceptionHandler(LoomCli::misused)
                .setExecutionExceptionHandler((e, command, arguments) -> root.failed(e, command));
    }

    /** One line; picocli would print the whole help. */
    private static int misused(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr()
                .println("loom: " + e.getMessage() + "; see "
                        + command.getCommandSpec().qualifiedName() + " --help");
        return ExitStatus.REFUSED;
    }

    private int failed(Exception failure, CommandLine command) {
        if (debug) {
            failure.printStackTrace(command.getErr());
        }
        if (Failures.isUsers(failure)) {
            command.getErr().println("loom: " + Failures.sentence(failure));
            return ExitStatus.REFUSED;
        }
        command.getErr().println("loom: internal error: " + failure + "; please report it with what --debug shows");
        return ExitStatus.BROKEN;
    }
}
