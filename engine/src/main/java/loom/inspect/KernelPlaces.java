package loom.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.program.Buffer;
import loom.program.Disassembler;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Term;

/**
 * The kernels of a network's program with the layers that they work for. A kernel says so itself by the operations that may trap and by
 * the parameters that it reads; one that only moves words works for the layer of the next kernel that reads them.
 */
public record KernelPlaces(List<One> kernels) {
    public KernelPlaces {
        kernels = List.copyOf(kernels);
    }

    /**
     * A kernel.
     *
     * @param text its line in the program's listing
     * @param layers paths of the layers whose operations it computes, in its order: several where operations of neighbours were fused
     * @param operations those that may trap, each with the number of its value in the graph, as in {@code matmul %3}
     * @param owner the layer whose result it writes, the one its time counts for; empty if it is of none
     */
    public record One(
            Kernel kernel, String text, List<String> layers, List<String> operations, Optional<String> owner) {}

    public static KernelPlaces of(Network network, Program program) {
        return new Finder(network, program).find();
    }

    private static final class Finder {
        private final Program program;
        private final TreeMap<String, String> byLabel = new TreeMap<>();
        private final TreeMap<String, String> byParameter = new TreeMap<>();

        Finder(Network network, Program program) {
            this.program = program;
            for (Place p : network.allPlaces()) {
                byLabel.put(p.label(), p.path());
                for (ParameterSpec s : p.parameters()) {
                    byParameter.put(p.parameterName(s), p.path());
                }
            }
        }

        KernelPlaces find() {
            List<Kernel> kernels = program.kernels();
            List<One> found = new ArrayList<>();
            LinkedHashMap<Integer, String> readers = new LinkedHashMap<>();
            for (int i = kernels.size() - 1; i >= 0; i--) {
                Kernel k = kernels.get(i);
                LinkedHashSet<String> layers = new LinkedHashSet<>();
                List<String> operations = new ArrayList<>();
                for (int site : sites(k)) {
                    operations.add(program.sites().get(site).operation());
                    layer(site, layers);
                }
                if (layers.isEmpty()) {
                    parameters(k, layers);
                }
                if (layers.isEmpty()) {
                    Optional.ofNullable(readers.get(k.out())).ifPresent(layers::add);
                }
                List<String> all = List.copyOf(layers);
                Optional<String> owner = all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
                owner.ifPresent(path -> k.reads().forEach(b -> readers.put(b, path)));
                found.add(0, new One(k, Disassembler.text(program, k), all, List.copyOf(operations), owner));
            }
            return new KernelPlaces(found);
        }

        private static List<Integer> sites(Kernel kernel) {
            List<Integer> sites = new ArrayList<>();
            switch (kernel) {
                case Kernel.Pointwise p -> {
                    for (Term t : p.code().terms()) {
                        if (t instanceof Term.Apply a) {
                            sites.add(a.site());
                        }
                    }
                }
                case Kernel.Reduce r -> sites.add(r.site());
                case Kernel.MatMul m -> sites.add(m.site());
                case Kernel.Copy c -> {}
                case Kernel.Gather g -> sites.add(g.site());
                case Kernel.ScatterAdd s -> sites.add(s.site());
                case Kernel.Loop l -> l.body().forEach(inner -> sites.addAll(sites(inner)));
            }
            sites.removeIf(site -> site < 0);
            return sites;
        }

        /** The layer last seen stands last. */
        private void layer(int site, LinkedHashSet<String> layers) {
            String path = byLabel.get(program.sites().get(site).layer());
            if (path != null) {
                layers.remove(path);
                layers.add(path);
            }
        }

        private void parameters(Kernel k, LinkedHashSet<String> layers) {
            for (int b : k.reads()) {
                if (program.buffer(b) instanceof Buffer.Source s && byParameter.containsKey(s.name())) {
                    layers.add(byParameter.get(s.name()));
                }
            }
        }
    }
}
