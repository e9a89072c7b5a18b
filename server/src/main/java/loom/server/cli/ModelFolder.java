package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import loom.format.tensors.ByteSource;
import loom.text.TextModel;

/** A folder with a transformer, on this disk. */
record ModelFolder(Path folder) implements TextModel.Folder {
    @Override
    public boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    @Override
    public ByteSource open(String name) {
        return Disk.source(folder.resolve(name));
    }
}
