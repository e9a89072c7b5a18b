package loom.e2e;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A folder on a host that knows nothing of Loom: the JDK's own server of files. */
record StaticHost(HttpServer server) implements AutoCloseable {
    static StaticHost of(Path folder) {
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server = SimpleFileServer.createFileServer(here, folder.toAbsolutePath(), OutputLevel.NONE);
        server.start();
        return new StaticHost(server);
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
