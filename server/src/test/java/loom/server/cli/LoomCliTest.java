package loom.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import loom.inspect.EngineVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LoomCliTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int loom(String... arguments) {
        CommandLine command = LoomCli.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        int status = command.execute(arguments);
        command.getOut().flush();
        command.getErr().flush();
        return status;
    }

    @Test
    void saysItsVersion() {
        assertThat(loom("--version")).isZero();
        assertThat(out).hasToString("loom " + EngineVersion.text() + System.lineSeparator());
    }

    @Test
    void saysWhatAReportNeeds() {
        assertThat(loom("version")).isZero();
        assertThat(out.toString())
                .contains(EngineVersion.text(), Runtime.version().toString(), "parallel");
        assertThat(loom("version", "--json")).isZero();
        assertThat(out.toString()).contains("\"engine\": \"" + EngineVersion.text() + '"');
    }

    @Test
    void everyCommandHelpsAndExplainsItsExitStatus() {
        CommandLine root = LoomCli.commandLine();
        assertThat(root.getSubcommands().keySet()).contains("bench", "version", "help", "generate-completion");
        for (String command : root.getSubcommands().keySet()) {
            out.getBuffer().setLength(0);
            assertThat(loom("help", command)).as(command).isZero();
            assertThat(out.toString())
                    .as(command)
                    .contains("Usage: loom " + command, "Exit status:", "a mistake of ours");
        }
    }

    @Test
    void shellsCanCompleteCommandsAndOptions() {
        assertThat(loom("generate-completion")).isZero();
        assertThat(out.toString()).contains("complete -F _complete_loom", "--receipt", "evolve");
    }

    @Test
    void timesAModel(@TempDir Path folder) throws Exception {
        Path model = Cli.file(folder, "model.json", Cli.MODEL);
        assertThat(loom("bench", model.toString(), "--batch", "3", "--seconds", "0.01"))
                .isZero();
        assertThat(out.toString()).containsPattern("parallel, batch 3: median [0-9.]+ ms, .* samples/s");
        assertThat(loom("bench", model.toString(), "--batch", "0")).isEqualTo(ExitStatus.REFUSED);
    }

    @Test
    void refusesAnUnknownCommand() {
        assertThat(loom("weave")).isEqualTo(ExitStatus.REFUSED);
        assertThat(err.toString()).contains("weave");
    }

    @Test
    void saysInOneLineThatThePortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(loom("serve", "--port", "" + taken.getLocalPort())).isEqualTo(ExitStatus.REFUSED);
            assertThat(err.toString().strip())
                    .isEqualTo(
                            "loom: port " + taken.getLocalPort() + " is already in use; choose another with --port.");
        }
    }
}
