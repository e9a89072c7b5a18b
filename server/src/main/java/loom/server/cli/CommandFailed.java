package loom.server.cli;

/** A command could not do its work for a reason the user can act on; the message says what and, if known, what to do. */
final class CommandFailed extends RuntimeException {
    CommandFailed(String message) {
        super(message);
    }
}
