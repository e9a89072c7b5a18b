package loom.format;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Files of the Go engine for tests. */
final class GoFiles {
    private GoFiles() {}

    static String network(int rows, int columns, int perCell, String... layers) {
        return "{\"id\":\"n\",\"grid_rows\":" + rows + ",\"grid_cols\":" + columns + ",\"layers_per_cell\":" + perCell
                + ",\"layers\":[" + String.join(",", layers) + "]}";
    }

    /** One cell. */
    static String network(String... layers) {
        return network(1, 1, layers.length, layers);
    }

    static String bundle(String cfg, String... weights) {
        String data = "{\"type\":\"float32\",\"layers\":[" + String.join(",", weights) + "]}";
        return "{\"type\":\"modelhost/bundle\",\"version\":1,\"models\":[{\"id\":\"n\",\"cfg\":" + cfg
                + ",\"weights\":{\"fmt\":\"jsonModelB64\",\"data\":\""
                + Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)) + "\"}}]}";
    }
}
