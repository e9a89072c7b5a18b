package loom.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** One call of the command line, and files for it. */
record Cli(int status, String out, String err) {
    /** {@code y = x · [[1, 2], [3, 4]] + [0.5, −0.5]}. */
    static final String MODEL = """
            {
              "format": "loom", "version": 1, "name": "tiny", "seed": 3,
              "input": {"shape": [2]},
              "grid": {"rows": 1, "columns": 1},
              "cells": [{"row": 0, "column": 0, "layers": [
                {"type": "dense", "units": 2, "parameters": {
                  "kernel": {"shape": [2, 2], "data": "AACAPwAAAEAAAEBAAACAQA=="},
                  "bias": {"shape": [2], "data": "AAAAPwAAAL8="}}},
                {"type": "activation", "activation": "linear"}
              ]}]
            }
            """;

    static final String INPUT = "{\"shape\": [2], \"data\": [1, 2]}";

    static Cli loom(Object... arguments) {
        List<String> words = new ArrayList<>();
        for (Object a : arguments) {
            words.add(a.toString());
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = LoomCli.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        int status = command.execute(words.toArray(String[]::new));
        return new Cli(status, out.toString(), err.toString());
    }

    static Path file(Path folder, String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    static String text(Path file) throws Exception {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
