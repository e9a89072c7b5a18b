package loom.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;
import loom.format.tensors.ByteSource;

/** Files by the names the user gave; what goes wrong is one sentence with that name. */
final class Disk {
    private Disk() {}

    static byte[] read(Path file) {
        if (Files.isDirectory(file)) {
            throw new CommandFailed(file + ": a folder, expected a file");
        }
        try {
            return Files.readAllBytes(file);
        } catch (OutOfMemoryError e) {
            throw new CommandFailed(file + ": too large for this Java's memory");
        } catch (IOException e) {
            throw failed(file, "cannot be read", e);
        }
    }

    /** Files beside one, by their names: their bytes one after the other. */
    static Function<List<String>, byte[]> beside(Path file) {
        return names -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (String name : names) {
                all.writeBytes(read(file.resolveSibling(name)));
            }
            return all.toByteArray();
        };
    }

    /** A file that is read where it is needed; it may be larger than memory. */
    static ByteSource source(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new OpenFile(file, channel, channel.size());
        } catch (IOException e) {
            throw failed(file, "cannot be read", e);
        }
    }

    private record OpenFile(Path file, FileChannel channel, long size) implements ByteSource {
        @Override
        public String name() {
            return file.toString();
        }

        @Override
        public byte[] read(long at, int count) {
            ByteBuffer buffer = ByteBuffer.allocate(count);
            try {
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer, at + buffer.position()) < 0) {
                        throw new CommandFailed(file + ": became shorter while it was read");
                    }
                }
            } catch (IOException e) {
                throw failed(file, "cannot be read", e);
            }
            return buffer.array();
        }
    }

    /** Whole or not at all: the content goes to a file beside it first, which then takes its name. */
    static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** As above. */
    static void write(Path file, byte[] bytes) {
        if (Files.isDirectory(file)) {
            throw new CommandFailed(file + ": a folder, expected a file");
        }
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A terminal, a pipe, /dev/null: nothing to be replaced by a file.
                Files.write(file, bytes);
                return;
            }
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path part = target.resolveSibling(target.getFileName() + ".part");
            Files.write(part, bytes);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(file, "cannot be written", e);
        }
    }

    /** With those above it; one that is there already stays. */
    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed(folder, "cannot be made", e);
        }
    }

    private static CommandFailed failed(Path file, String what, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new CommandFailed(file + ": no such file or folder");
        }
        if (e instanceof AccessDeniedException) {
            return new CommandFailed(file + ": " + what + ": no permission");
        }
        String why = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return new CommandFailed(file + ": " + what + ": " + why);
    }
}
