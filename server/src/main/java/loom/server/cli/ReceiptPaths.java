package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** How a receipt names files: from its own folder where that is possible, so that they can move together. */
final class ReceiptPaths {
    private ReceiptPaths() {}

    /** The file's name as seen from the receipt, with forward slashes. */
    static String name(Path receipt, Path file) {
        Path folder = folder(receipt);
        Path target = file.toAbsolutePath().normalize();
        boolean sameRoot = target.getRoot().equals(folder.getRoot());
        return (sameRoot ? folder.relativize(target) : target).toString().replace('\\', '/');
    }

    /** The file that a receipt names. */
    static Path file(Path receipt, String name, String what, String option) {
        if (name.isEmpty()) {
            throw new CommandFailed(receipt + ": $." + what + ".path: the receipt does not say where the " + what
                    + " is; give it with " + option);
        }
        Path file;
        try {
            file = folder(receipt).resolve(name);
        } catch (InvalidPathException e) {
            throw new CommandFailed(receipt + ": $." + what + ".path: not a file's name: " + e.getMessage());
        }
        if (!Files.exists(file)) {
            throw new CommandFailed(receipt + ": $." + what + ".path: no file \"" + name
                    + "\" beside the receipt; give the " + what + " with " + option);
        }
        return file;
    }

    private static Path folder(Path receipt) {
        return receipt.toAbsolutePath().normalize().getParent();
    }
}
