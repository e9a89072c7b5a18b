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
import loom.onnx.ProtobufReader.Field;

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
        List<OnnxNode> nodes = new ArrayList<>();
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        // ModelProto.graph
        for (Field graph : fields(folder.resolve("model.onnx"))) {
            for (Field f : graph.number() == 7 ? graph.message() : List.<Field>of()) {
                switch (f.number()) {
                    case 1 -> nodes.add(OnnxNode.read(f.message()));
                    case 5 -> {
                        OnnxTensor t = OnnxTensor.read(f.message());
                        tensors.put(t.name(), t);
                    }
                    case 11 -> inputs.add(ProtobufReader.text(f.message(), 1));
                    case 12 -> outputs.add(ProtobufReader.text(f.message(), 1));
                    default -> {} // name, documentation, shapes of values in between
                }
            }
        }
        Path data = folder.resolve("test_data_set_0");
        for (int i = 0; i < inputs.size(); i++) {
            tensors.put(inputs.get(i), OnnxTensor.read(fields(data.resolve("input_" + i + ".pb"))));
        }
        List<OnnxTensor> expected = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            expected.add(OnnxTensor.read(fields(data.resolve("output_" + i + ".pb"))));
        }
        return new OnnxCase(folder.getFileName().toString(), nodes, tensors, expected);
    }

    private static List<Field> fields(Path file) {
        try {
            return ProtobufReader.fields(Files.readAllBytes(file));
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
