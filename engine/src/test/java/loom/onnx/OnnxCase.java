package loom.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A case of ONNX's published backend node tests: a model of one operator (rarely more), inputs, and the outputs that it must give.
 * See {@code onnx/README.md} among the test resources.
 *
 * @param tensors initialisers and inputs by name
 * @param outputs expected ones
 */
public record OnnxCase(String name, List<OnnxNode> nodes, Map<String, OnnxTensor> tensors, List<OnnxTensor> outputs) {
    @Override
    public String toString() {
        return name;
    }

    /** All cases whose first operator is one of these. */
    public static List<OnnxCase> of(String... types) {
        List<OnnxCase> cases = new ArrayList<>();
        for (Path folder : list(root())) {
            if (Files.isDirectory(folder)) {
                OnnxCase c = read(folder);
                if (List.of(types).contains(c.node().type())) {
                    cases.add(c);
                }
            }
        }
        return cases;
    }

    public OnnxNode node() {
        return nodes.get(0);
    }

    /** Operand {@code index} of the first operator. */
    public OnnxTensor operand(int index) {
        return tensors.get(node().inputs().get(index));
    }

    /** As {@link #operand}, for one that may be left out. */
    public Optional<OnnxTensor> optional(int index) {
        boolean given =
                index < node().inputs().size() && !node().inputs().get(index).isEmpty();
        return given ? Optional.of(operand(index)) : Optional.empty();
    }

    public OnnxTensor output() {
        return outputs.get(0);
    }

    private static OnnxCase read(Path folder) {
        String name = folder.getFileName().toString();
        OnnxFile.Graph graph =
                new OnnxReader().read(name, bytes(folder.resolve("model.onnx"))).graph();
        List<OnnxNode> nodes = graph.nodes().stream().map(OnnxNode::of).toList();
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        graph.initialisers().forEach((key, k) -> tensors.put(key, OnnxTensor.of(key, k)));
        Path data = folder.resolve("test_data_set_0");
        for (int i = 0; i < graph.inputs().size(); i++) {
            tensors.put(graph.inputs().get(i).name(), tensor(data.resolve("input_" + i + ".pb")));
        }
        List<OnnxTensor> expected = new ArrayList<>();
        for (int i = 0; i < graph.outputs().size(); i++) {
            expected.add(tensor(data.resolve("output_" + i + ".pb")));
        }
        return new OnnxCase(name, nodes, tensors, expected);
    }

    private static OnnxTensor tensor(Path file) {
        return OnnxTensor.read(file.toString(), bytes(file));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        try {
            return Path.of(
                    Objects.requireNonNull(OnnxCase.class.getResource("/onnx")).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
