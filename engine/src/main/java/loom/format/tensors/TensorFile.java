package loom.format.tensors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.PackedTensor;
import loom.format.TensorSource;
import loom.graph.Shape;
import loom.model.Model;
import loom.numeric.DType;

/**
 * Tensors by name, and texts about them.
 *
 * @param tensors in the order of the file
 */
public record TensorFile(LinkedHashMap<String, StoredTensor> tensors, LinkedHashMap<String, String> metadata)
        implements TensorSource {
    public TensorFile {
        tensors = new LinkedHashMap<>(tensors);
        metadata = new LinkedHashMap<>(metadata);
    }

    /** The parameters of a model by their names. */
    public static TensorFile of(Model model) {
        return of(model, new LinkedHashMap<>());
    }

    /** The same with some parameters stored with fewer bits, their scales and zero points beside them. */
    public static TensorFile of(Model model, Map<String, PackedTensor> packed) {
        LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        model.parameters().forEach((name, t) -> {
            PackedTensor p = packed.get(name);
            if (p == null) {
                tensors.put(name, StoredTensor.of(name, t.shape().dims(), t.values()));
            } else {
                put(tensors, name, p, p.shape(), p.codes());
                if (p.scales().length > 0) {
                    String scales = PackedTensor.partName(name, PackedTensor.SCALES);
                    tensors.put(scales, StoredTensor.of(scales, new int[] {p.scales().length}, p.scales()));
                }
                if (p.zeroPoints().length > 0) {
                    String zeros = PackedTensor.partName(name, PackedTensor.ZERO_POINTS);
                    put(tensors, zeros, p, Shape.of(p.scales().length), p.zeroPoints());
                }
            }
        });
        return new TensorFile(tensors, new LinkedHashMap<>());
    }

    private static void put(
            LinkedHashMap<String, StoredTensor> tensors, String name, PackedTensor p, Shape shape, byte[] codes) {
        DType type = p.type().inFiles();
        int[] dims = type == DType.U8 ? new int[] {codes.length} : shape.dims();
        List<Long> extents = new ArrayList<>();
        for (int d : dims) {
            extents.add((long) d);
        }
        tensors.put(name, StoredTensor.of(name, type, extents, codes));
    }

    @Override
    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /** The same tensors, of a file that {@link TensorSource#stays stays}. */
    public TensorSource staying() {
        return new TensorSource() {
            @Override
            public Optional<StoredTensor> find(String name) {
                return TensorFile.this.find(name);
            }

            @Override
            public boolean stays() {
                return true;
            }
        };
    }
}
