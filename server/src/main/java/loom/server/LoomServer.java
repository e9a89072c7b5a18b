package loom.server;

import java.util.ArrayList;
import java.util.List;
import loom.onnx.OnnxLowering;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;

/** The development server. Everything it serves besides {@code /api} is a static file of the web front end. */
@SpringBootApplication
public class LoomServer {
    /**
     * Starts the server.
     *
     * @param port the port to listen on; 0 takes a free one
     * @param isolated whether pages get the headers that allow SharedArrayBuffer, and with it threads
     * @throws PortTakenException if something else listens on the port
     * @return the running server; closing it stops it
     */
    public static Running start(int port, boolean isolated) {
        OnnxLowering.install();
        List<String> settings = new ArrayList<>();
        settings.add("--server.port=" + port);
        settings.add("--loom.isolated=" + isolated);
        try {
            return new Running(new SpringApplication(LoomServer.class).run(settings.toArray(String[]::new)));
        } catch (ApplicationContextException e) {
            if (e.getCause() instanceof PortInUseException) {
                throw new PortTakenException(port);
            }
            throw e;
        }
    }

    /** Something else listens on the port. */
    public static final class PortTakenException extends RuntimeException {
        private PortTakenException(int port) {
            super("port " + port + " is already in use");
        }
    }

    /** A started server. */
    public static final class Running implements AutoCloseable {
        private final ConfigurableApplicationContext context;

        private Running(ConfigurableApplicationContext context) {
            this.context = context;
        }

        /** The address of the start page, without a trailing slash. */
        public String url() {
            return "http://localhost:"
                    + ((WebServerApplicationContext) context).getWebServer().getPort();
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
