package loom.format.tensors;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/**
 * {@code model.safetensors.index.json}: which file of several holds a tensor. The files are opened by whoever reads the index, among those
 * beside it: a name with a path is refused.
 */
public final class ShardIndex {
    private static final String WEIGHT_MAP = "weight_map";

    private final Cursor root;
    private final LinkedHashMap<String, String> files = new LinkedHashMap<>();

    private ShardIndex(Cursor root) {
        this.root = root;
    }

    public static ShardIndex read(String fileName, byte[] bytes) {
        Cursor root = Cursor.parse(fileName, bytes);
        root.allow(List.of("metadata", WEIGHT_MAP));
        ShardIndex index = new ShardIndex(root);
        Cursor map = root.member(WEIGHT_MAP);
        for (String tensor : map.keys()) {
            Cursor c = map.member(tensor);
            String file = c.string();
            boolean plain = file.indexOf('/') < 0 && file.indexOf('\\') < 0 && file.indexOf(':') < 0;
            if (!plain || !file.endsWith(".safetensors") || file.startsWith(".")) {
                throw c.expected("the name of a .safetensors file beside this one");
            }
            index.files.put(tensor, file);
        }
        return index;
    }

    /** Names of the files, sorted. */
    public List<String> files() {
        return List.copyOf(new TreeSet<>(files.values()));
    }

    /** All tensors, in the order of the index; {@code open} gives the file of a name. */
    public TensorFile join(Function<String, TensorFile> open) {
        LinkedHashMap<String, TensorFile> opened = new LinkedHashMap<>();
        for (String f : files()) {
            opened.put(f, open.apply(f));
        }
        Cursor map = root.member(WEIGHT_MAP);
        for (Map.Entry<String, TensorFile> f : opened.entrySet()) {
            for (String t : f.getValue().tensors().keySet()) {
                if (!f.getKey().equals(files.get(t))) {
                    throw map.error(
                            Code.KEY, "tensor \"" + t + "\" is in " + f.getKey() + ", but not in the index there", "");
                }
            }
        }
        LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, String> e : files.entrySet()) {
            StoredTensor t = opened.get(e.getValue()).tensors().get(e.getKey());
            if (t == null) {
                throw map.member(e.getKey()).error(Code.KEY, "the tensor is not in " + e.getValue(), "");
            }
            tensors.put(e.getKey(), t);
        }
        return new TensorFile(tensors, new LinkedHashMap<>());
    }
}
