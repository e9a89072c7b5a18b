package loom.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import loom.inspect.EngineVersion;
import org.junit.jupiter.api.Test;
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
