package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The declarations to choose from where a file names a layer, an activation and so on. */
public record Registry<V extends Declared>(String what, List<Declaration<? extends V>> declarations) {
    public Registry {
        declarations = List.copyOf(declarations);
    }

    public Optional<Declaration<? extends V>> find(String name) {
        for (Declaration<? extends V> d : declarations) {
            if (d.name().equals(name)) {
                return Optional.of(d);
            }
        }
        return Optional.empty();
    }

    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (Declaration<? extends V> d : declarations) {
            names.add(d.name());
        }
        return names;
    }
}
