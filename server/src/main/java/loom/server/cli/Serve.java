package loom.server.cli;

import java.util.concurrent.Callable;
import loom.server.LoomServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loom serve}: the playground and the native endpoint on localhost. */
@Command(name = "serve", description = "Serves the playground.", mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
    /** Says that the server's threads go on after the command has returned. */
    static final int RUNNING = -1;

    private static final int MOST_PORT = 65_535;

    @Option(names = "--port", description = "Port to listen on (default ${DEFAULT-VALUE}).", defaultValue = "8080")
    private int port;

    @Option(
            names = "--isolated",
            description = "Send the cross-origin isolation headers, which give pages shared memory and threads.")
    private boolean isolated;

    @Override
    public Integer call() {
        if (port < 0 || port > MOST_PORT) {
            throw new CommandFailed("--port: expected 0 to " + MOST_PORT + ", found " + port);
        }
        try {
            LoomServer.Running server = LoomServer.start(port, isolated);
            System.out.println("Loom is at " + server.url());
            return RUNNING;
        } catch (LoomServer.PortTakenException e) {
            throw new CommandFailed("port " + port + " is already in use; choose another with --port.");
        }
    }
}
