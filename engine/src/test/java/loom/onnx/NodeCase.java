package loom.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A case of ONNX's published backend node tests as its files; see {@code onnx/README.md} among the test resources. */
record NodeCase(String name, byte[] model, List<byte[]> inputs, List<byte[]> outputs) {
    static List<NodeCase> all() throws IOException {
        Map<String, Map<String, byte[]>> folders = new TreeMap<>();
        try (InputStream file = Objects.requireNonNull(NodeCase.class.getResourceAsStream("/onnx/cases.zip.gz"));
                ZipInputStream zip = new ZipInputStream(new GZIPInputStream(file))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                int slash = e.getName().indexOf('/');
                folders.computeIfAbsent(e.getName().substring(0, slash), k -> new LinkedHashMap<>())
                        .put(e.getName().substring(slash + 1), zip.readAllBytes());
            }
        }
        List<NodeCase> cases = new ArrayList<>();
        folders.forEach((name, files) -> cases.add(
                new NodeCase(name, files.get("model.onnx"), numbered(files, "input_"), numbered(files, "output_"))));
        return cases;
    }

    private static List<byte[]> numbered(Map<String, byte[]> files, String what) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; ; i++) {
            byte[] file = files.get("test_data_set_0/" + what + i + ".pb");
            if (file == null) {
                return all;
            }
            all.add(file);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
