package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The declarations to choose from where a file names a layer, an activation and so on.
 *
 * @param bare what a value of a file stands for that is neither a name nor an object: the value is that of its only field
 */
public record Registry<V extends Declared>(
        String what, List<Declaration<? extends V>> declarations, Optional<Declaration<? extends V>> bare) {
    public Registry {
        declarations = List.copyOf(declarations);
    }

    public Registry(String what, List<Declaration<? extends V>> declarations) {
        this(what, declarations, Optional.empty());
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
