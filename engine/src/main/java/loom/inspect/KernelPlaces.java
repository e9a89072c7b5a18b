package loom.inspect;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import loom.model.Network;
import loom.model.Place;
import loom.program.Disassembler;
import loom.program.Kernel;
import loom.program.Origin;
import loom.program.Program;

/** The kernels of a network's program with the layers that they work for. */
public record KernelPlaces(List<One> kernels) {
    public KernelPlaces {
        kernels = List.copyOf(kernels);
    }

    /**
     * A kernel.
     *
     * @param text its line in the program's listing
     * @param layers paths of the layers whose operations it computes, in its order: several where operations of neighbours were fused
     * @param operations those that it computes, each with the number of its value in the graph, as in {@code MatMul %3}
     * @param owner the layer whose result it writes, the one its time counts for; empty if it is of none
     */
    public record One(
            Kernel kernel, String text, List<String> layers, List<String> operations, Optional<String> owner) {}

    public static KernelPlaces of(Network network, Program program) {
        TreeMap<String, String> paths = new TreeMap<>();
        for (Place p : network.allPlaces()) {
            paths.put(p.label(), p.path());
        }
        List<One> found = new ArrayList<>();
        for (int i = 0; i < program.kernels().size(); i++) {
            Kernel k = program.kernels().get(i);
            LinkedHashSet<String> layers = new LinkedHashSet<>();
            List<String> operations = new ArrayList<>();
            for (Origin o : program.origins().computed().get(i)) {
                operations.add(o.toString());
                String path = paths.get(o.layer());
                if (path != null) {
                    // The layer last seen stands last.
                    layers.remove(path);
                    layers.add(path);
                }
            }
            List<String> all = List.copyOf(layers);
            Optional<String> owner = all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
            found.add(new One(k, Disassembler.text(program, k), all, List.copyOf(operations), owner));
        }
        return new KernelPlaces(found);
    }
}
